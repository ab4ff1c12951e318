/**
 * Thrown where nothing can be decided about a key: it is neither allowed nor denied (K3). Apart from the table of
 * failures, so that a verifier in somebody else's process does not carry what only a server answers.
 */
export class Undecidable extends Error {
  override readonly name = "Undecidable";
}
