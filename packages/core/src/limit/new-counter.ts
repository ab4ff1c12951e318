import type { Counter } from "./counter.ts";
import type { Limit } from "./limit.ts";
import { RateCounter } from "./rate-counter.ts";
import { SlotsCounter } from "./slots-counter.ts";
import { UnitsCounter } from "./units-counter.ts";
import { WindowCounter } from "./window-counter.ts";

/** A counter that has counted nothing yet. */
export function newCounter(limit: Limit): Counter {
  switch (limit.kind) {
    case "rate":
      return new RateCounter(limit);
    case "window":
      return new WindowCounter(limit);
    case "concurrency":
      return new SlotsCounter(limit);
    case "quota":
    case "credits":
      return new UnitsCounter(limit);
  }
}
