/** A member of a tar file to be made. */
export interface TarMember {
  readonly name: string;
  readonly content?: Uint8Array;
  /** `0` a file, `2` a link, `5` a folder. Default `0`. */
  readonly type?: string;
}

/** Makes a tar file in memory. */
export function makeTar(members: readonly TarMember[]): Buffer {
  const blocks = members.flatMap(({ name, content = new Uint8Array(), type = '0' }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write('0000755\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
