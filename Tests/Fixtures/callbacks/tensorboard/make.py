#!/usr/bin/env python3
"""Writes reference.tfevents with the writer of TensorBoard itself: what the tests' own reader of event files
must be able to read, so that what it says of Espalier's files can be trusted.

  python3 Tests/Fixtures/callbacks/tensorboard/make.py

Needs tensorboard (2.21 wrote the file that is committed).
"""

import pathlib

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

events = [
  event_pb2.Event(wall_time=1.5, file_version="brain.Event:2"),
  event_pb2.Event(
    wall_time=2.5, step=7, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)
  ),
  event_pb2.Event(
    wall_time=-3.25,
    step=1 << 40,
    summary=summary_pb2.Summary(
      value=[
        summary_pb2.Summary.Value(tag="loss/train", simple_value=0.375),
        summary_pb2.Summary.Value(
          tag="w",
          histo=summary_pb2.HistogramProto(
            min=-1, max=2, num=3, sum=1.5, sum_squares=5.25, bucket_limit=[0, 2], bucket=[1, 2]
          ),
        ),
      ]
    ),
  ),
]
path = pathlib.Path(__file__).with_name("reference.tfevents")
with open(path, "wb") as file:
  writer = RecordWriter(file)
  for event in events:
    writer.write(event.SerializeToString())
  writer.flush()
