// What the lengths of a view's chunks add to BM25's denominator. The same for every query of a view, so that it is kept from one to the next.

export class LengthNorms {
  private readonly norms: Float64Array;
  private lengths: Float32Array | null = null;
  private perLength = 0;

  constructor(slots: number) {
    this.norms = new Float64Array(slots);
  }

  /** By slot; infinite for a chunk that is not shown, whose share is 0 then. Valid until it is asked for others. */
  of(lengths: Float32Array, perLength: number): Float64Array {
    const { norms } = this;
    if (this.lengths === lengths && this.perLength === perLength) return norms;
    for (let slot = 0; slot < lengths.length; slot += 1) norms[slot] = perLength * (lengths[slot] as number);
    this.lengths = lengths;
    this.perLength = perLength;
    return norms;
  }
}
