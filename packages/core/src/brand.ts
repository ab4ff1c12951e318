declare const names: unique symbol;

/** A scalar that only its own parser or maker hands out, so that two look-alikes cannot be swapped. */
export type Brand<Scalar, Name extends string> = Scalar & {
  // A record, so that a scalar may carry several names: two different literals here would make it `never`.
  readonly [names]: Readonly<Record<Name, true>>;
};
