/** How the views of a campaign look, and the plain page. */
export const VIEW_STYLE = `
.bar{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;align-items:baseline;border-left:6px solid var(--quiet);padding:.2rem 0 .2rem .8rem}
.bar nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem}
.bar nav a[aria-current],.chips a[aria-current]{color:var(--ink);font-weight:700;text-decoration:none}
.brand{margin:0}
.top{background:var(--card);border:1px solid var(--line);border-left:8px solid var(--quiet);border-radius:8px;padding:.8rem 1.2rem;margin-top:.8rem}
.bar,.top{border-left-color:var(--tone)}.top h1{font-size:2.2rem;margin:.1rem 0}.brand strong,.top h1{color:var(--tone)}
.tally{font-size:1.05rem}
.troubles{margin:.6rem 0;padding-left:1.2rem}.troubles li{margin:.3rem 0}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:.6rem 0 0;align-items:end}.facts dt{color:var(--soft);font-size:.8rem}.facts dd{margin:0}.facts .wide{flex:1 1 24rem;min-width:0}
.story{color:var(--soft)}.because{font-style:italic}
.chips{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.9rem;margin:.5rem 0}
.cards{list-style:none;padding:0;margin:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.6rem 1rem;margin:.5rem 0;overflow-wrap:anywhere}
.card.trouble,.trouble .card{border-color:var(--bad)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:0 1.5rem;align-items:start}.pair>*{min-width:0}
.model dt{font-weight:600;margin-top:.4rem}.model dd{margin:.1rem 0 .1rem 1.2rem}
.says{overflow-wrap:anywhere;color:var(--soft);font-size:.9rem}.says.big{color:inherit;font-size:1.1rem}td.says{min-width:12rem}
.happened,.turned{margin:.4rem 0;max-width:70rem}
.turned{border-left:4px solid var(--proof);padding:.2rem .8rem;background:var(--proof-bg)}
.faults{padding-left:1.4rem;margin:.2rem 0}.faults li{margin:.3rem 0}.before{max-height:22rem;overflow:auto}
.sentence{white-space:normal;font-weight:600}
.ending{background:var(--unsure-bg);border-radius:6px;padding:.3rem .7rem}
.small{font-size:.88rem}
.takes pre[tabindex]{max-height:11rem}
.where{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;align-items:baseline;margin-top:.6rem}.crumbs{margin:0}.where select{width:min(34rem,100%)}
.tabs{display:flex;flex-wrap:wrap;gap:0 .2rem;margin:1rem 0 .5rem;border-bottom:1px solid var(--line)}
.tabs a{padding:.35rem .9rem;text-decoration:none;border:1px solid transparent;border-bottom:0;border-radius:6px 6px 0 0}
.tabs a[aria-current]{background:var(--card);border-color:var(--line);color:var(--ink);font-weight:600;margin-bottom:-1px}
.meter{display:inline-block;width:4rem;height:.5rem;border-radius:3px;background:linear-gradient(var(--link),var(--link)) 0/calc(var(--share)*100%) 100% no-repeat,var(--quiet-bg)}
.meter.wide{width:12rem;max-width:20vw}
.heat{background:color-mix(in srgb,var(--good) calc(var(--share)*35%),transparent)}
.heat.never{color:var(--bad)}.empty{color:var(--soft)}
.heat small{color:inherit}
.interval{display:block;position:relative;width:16rem;max-width:30vw;height:.55rem;margin:.15rem 0;background:linear-gradient(var(--line),var(--line)) 0 50%/100% 1px no-repeat}
.interval::before{content:"";position:absolute;top:.15rem;bottom:.15rem;left:calc(var(--low)*100%);width:max(2px,calc((var(--high) - var(--low))*100%));background:var(--link)}
.interval .mid{position:absolute;top:0;bottom:0;left:calc(var(--mid)*100%);width:3px;background:var(--link)}.interval.random::before,.interval.random .mid{background:var(--unsure)}
.cell{white-space:nowrap}.cell.none{color:var(--soft)}
.cell ul{white-space:normal;min-width:16rem;padding-left:1rem;margin:.2rem 0}
.sheet{background:var(--card);color:var(--ink);border:1px solid var(--line);border-radius:8px;max-width:36rem;padding:1rem 1.5rem}
.sheet::backdrop{background:rgb(0 0 0/.4)}.sheet h2{margin:0 0 .5rem}.sheet dl{margin:0 0 .8rem}
.sheet dl div{display:flex;gap:1rem}.sheet dt{flex:0 0 8rem}.sheet dd{margin:0}
#plain .happenings{list-style:none;padding:0;margin:0;font-size:.9rem}#plain .happenings .time{display:inline-block;min-width:6rem}
#plain .failure{border-top:1px solid var(--line);padding:.4rem 0}#plain nav{margin-top:1rem}
#plain h4{margin:.3rem 0}
`;
