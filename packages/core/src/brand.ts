declare const name: unique symbol;

/** A scalar that only its own parser or maker hands out, so that two look-alikes cannot be swapped. */
export type Brand<Scalar, Name extends string> = Scalar & { readonly [name]: Name };
