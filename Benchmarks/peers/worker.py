"""A peer in a process of its own, idle until it is told what to do: `python -m peers.worker pytorch 2`.

A line of JSON comes in, a line of JSON goes out:

    {"do": "about"}                                        name and version
    {"do": "prepare", "workload": "w1", "data": FILE, "without": []}
        the variants that there are but for some, parameters of the model; what was prepared before is given back
    {"do": "measure", "variant": "eager", "seconds": 0.4}  seconds a step
    {"do": "accuracy", "variant": "eager", "workload": "w9a", "data": FILE}
        the largest difference of the whitened data's covariance from a reference
"""

import importlib
import json
import os
import sys
import time


def limit(threads):
    """Before any numerical library is imported: each asks another of these."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def measure(run, seconds, is_first):
    """Seconds a step. `run(n)` makes n steps or some more, and tells how many; the first ones find out how many
    fill the time. What takes longer than that is run once, after a first time in the first round."""
    def timed(count):
        start = time.perf_counter()
        made = run(count)
        return (time.perf_counter() - start) / made

    if is_first:
        run(1)
    one = timed(1)
    return one if one > seconds else timed(max(2, int(seconds / max(one, 1e-7))))


def answer(peer, prepared, measured, request):
    match request["do"]:
        case "about":
            return {"name": peer.about()}
        case "prepare":
            prepared.clear()
            measured.clear()
            if request["workload"] is None:
                return {"variants": [], "notes": [], "parameters": None}
            variants, notes, parameters = peer.prepare(
                request["workload"], request.get("data"), set(request["without"]))
            prepared.update(variants)
            return {"variants": list(variants), "notes": notes, "parameters": parameters}
        case "measure":
            variant = request["variant"]
            is_first = variant not in measured
            measured.add(variant)
            return {"seconds": measure(prepared[variant], request["seconds"], is_first)}
        case "accuracy":
            from peers import accuracy
            return {"difference": accuracy.difference(
                request["workload"], request["data"], prepared[request["variant"]].work())}
    raise ValueError(f"unknown request {request}")


def main():
    name, threads = sys.argv[1], int(sys.argv[2])
    limit(threads)
    # Answers have the standard output to themselves: libraries print there, too.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        peer = importlib.import_module("peers." + name)
        peer.start(threads)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), file=out, flush=True)
        return
    if len(sys.argv) > 3:  # WORKLOAD STEPS: for the time of the first step and for memory
        variants, _, _ = peer.prepare(sys.argv[3], None, {"compiled", "channels-last", "scan"})
        next(iter(variants.values()))(int(sys.argv[4]))
        return
    print(json.dumps({"ready": True}), file=out, flush=True)
    prepared, measured = {}, set()
    for line in sys.stdin:
        try:
            reply = answer(peer, prepared, measured, json.loads(line))
        except Exception as error:  # told, so that the table goes on without this peer
            reply = {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
        print(json.dumps(reply), file=out, flush=True)


if __name__ == "__main__":
    main()
