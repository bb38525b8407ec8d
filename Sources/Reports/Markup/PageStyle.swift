/// How reports look: one sheet, light and dark, on paper too.
///
/// Series are told apart by colours that colour-blind readers can tell apart, and by dashes besides.
enum PageStyle {
  static let sheet: StaticString = """

    :root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--soft:#59626d;--line:#d8dde3;--panel:#f6f8fa;
    --c0:#0062a8;--c1:#c44601;--c2:#007a5a;--c3:#a3478f;--c4:#8a6100;--c5:#1b7f9c;--c6:#6b4fbb;--c7:#5a5a5a;
    --good:#007a5a;--bad:#b83a00;--glow:#fff}
    @media (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e6e9ed;--soft:#a0a9b4;--line:#363d46;--panel:#1c2127;
    --c0:#5fb3f0;--c1:#ff9152;--c2:#37c79b;--c3:#e29acb;--c4:#e8b94a;--c5:#6fd0e8;--c6:#b3a0ff;--c7:#b5b5b5;
    --good:#37c79b;--bad:#ff9152;--glow:#14171b}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0 auto;padding:1.2rem clamp(.8rem,3vw,2rem) 3rem;max-width:76rem;background:var(--page);color:var(--ink);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
    h1{font-size:1.6rem;line-height:1.2;margin:.2rem 0 .4rem}
    h2{font-size:1.15rem;margin:2.2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
    h3{font-size:1rem;margin:1.2rem 0 .4rem}
    p{margin:.4rem 0;max-width:48rem}
    .note,figcaption small,.lead{color:var(--soft)}
    .note{font-size:.88rem}
    code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
    pre{white-space:pre-wrap;background:var(--panel);padding:.6rem .8rem;border-radius:6px;margin:.4rem 0}
    .status{display:inline-block;padding:.05rem .5rem;border:1px solid currentColor;border-radius:99px;font-size:.85rem}
    .status.good{color:var(--good)}.status.bad{color:var(--bad)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.6rem;margin:1rem 0}
    .tile{background:var(--panel);border-radius:8px;padding:.5rem .75rem}
    .tile b{display:block;font-size:1.25rem;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums}
    .tile span{color:var(--soft);font-size:.82rem}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:1.2rem 1.6rem}
    .charts.wide{grid-template-columns:1fr}
    figure{margin:0;min-width:0}
    figcaption{font-weight:600;font-size:.92rem;margin-bottom:.15rem}
    figcaption small{font-weight:400;display:block}
    svg{display:block;width:100%;height:auto;max-width:44rem;overflow:visible}
    .wide figure{overflow-x:auto}.wide svg{min-width:36rem;max-width:64rem}
    svg text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--soft)}
    svg .l{fill:var(--ink)}svg .o{fill:var(--page)}
    svg .e{text-anchor:end}svg .m{text-anchor:middle}
    .g{stroke:var(--line);stroke-width:1;fill:none}
    .a{stroke:var(--soft);stroke-width:1;fill:none}
    .s{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
    .t{fill:none;stroke-width:1.5;stroke-dasharray:4 3;opacity:.75}
    .d1{stroke-dasharray:7 3}.d2{stroke-dasharray:2 3}.d3{stroke-dasharray:8 3 2 3}
    .k0{stroke:var(--c0)}.k1{stroke:var(--c1)}.k2{stroke:var(--c2)}.k3{stroke:var(--c3)}
    .k4{stroke:var(--c4)}.k5{stroke:var(--c5)}.k6{stroke:var(--c6)}.k7{stroke:var(--c7)}
    svg .f0{fill:var(--c0)}svg .f1{fill:var(--c1)}svg .f2{fill:var(--c2)}svg .f3{fill:var(--c3)}
    svg .f4{fill:var(--c4)}svg .f5{fill:var(--c5)}svg .f6{fill:var(--c6)}svg .f7{fill:var(--c7)}
    .r{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3;fill:none}
    .p{fill:none;stroke:var(--c0);stroke-width:4;stroke-linecap:round;opacity:.45}
    .p.q{stroke-width:6;opacity:.75}
    .h{fill:var(--ink);opacity:0}.h:hover{opacity:.8}
    svg .w{stroke:var(--page);stroke-width:3;paint-order:stroke}
    .faint{opacity:.28}
    .scroll{overflow-x:auto;max-width:100%}
    table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums;margin:.4rem 0}
    caption{text-align:left;color:var(--soft);padding:.2rem 0;white-space:nowrap}
    th,td{padding:.2rem .7rem .2rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
    thead th{color:var(--soft);vertical-align:bottom}
    td.n,th.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
    td.best{font-weight:700}
    .scroll td,.scroll th{overflow-wrap:normal}
    .scroll td.long{overflow-wrap:anywhere;min-width:9rem}
    details{margin:.35rem 0}
    summary{cursor:pointer;color:var(--soft);font-size:.88rem}
    .gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.8rem;margin:.6rem 0;padding:0;list-style:none}
    .gallery img{width:100%;height:auto;aspect-ratio:1;object-fit:contain;background:#808080;border-radius:6px;image-rendering:pixelated}
    .gallery li{font-size:.84rem;line-height:1.35}
    .wrong{color:var(--bad)}
    footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
    @media print{:root{--page:#fff;--ink:#000;--soft:#444;--line:#bbb;--panel:#f4f4f4;--glow:#fff;
    --c0:#0062a8;--c1:#c44601;--c2:#007a5a;--c3:#a3478f;--c4:#8a6100;--c5:#1b7f9c;--c6:#6b4fbb;--c7:#5a5a5a}
    body{max-width:none;padding:0;font-size:10.5pt}figure,.tile,li,tr{break-inside:avoid}h2,h3{break-after:avoid}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}

    """
}
