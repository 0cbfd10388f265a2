// The UTF-16 code units of a text, in one array that is used again. Strings come in many forms (whole, parts of others, of one or two
// bytes a unit), and code that asks strings of all of them for single units takes two to three times as long.

/** Up to so many units one by one is quicker than all at once. */
const fewUnits = 16;

export class TextCodes {
  /** What was read last, from 0 on; behind it is what was read before. */
  units = new Uint16Array(4096);
  private bytes = Buffer.from(this.units.buffer);

  read(text: string): Uint16Array {
    const { length } = text;
    if (length > this.units.length) {
      this.units = new Uint16Array(length * 2);
      this.bytes = Buffer.from(this.units.buffer);
    }
    if (length > fewUnits) this.bytes.write(text, "utf16le");
    else for (let index = 0; index < length; index += 1) this.units[index] = text.charCodeAt(index);
    return this.units;
  }
}
