/** A data set in DICOM's JSON: values by tag. */
export type JsonDataSet = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>;

/** A client of DICOMweb over fetch, for tests: `root` ends with a slash. */
export function createDicomWeb(root: string) {
  const get = async (path: string, accept: string): Promise<Response> => {
    const response = await fetch(new URL(path, root), { headers: { accept } });
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return response;
  };
  return {
    /** STOW-RS. Resolves to the answer's data set. */
    async store(files: readonly Uint8Array[]): Promise<JsonDataSet> {
      const boundary = 'medzoo-test';
      const parts = files.flatMap((file) => [
        Buffer.from(`--${boundary}\r\ncontent-type: application/dicom\r\n\r\n`),
        file,
        Buffer.from('\r\n'),
      ]);
      const response = await fetch(new URL('studies', root), {
        method: 'POST',
        headers: {
          'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
          accept: 'application/dicom+json',
        },
        body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
      });
      if (!response.ok) throw new Error(`STOW: HTTP ${response.status}`);
      return (await response.json()) as JsonDataSet;
    },
    /** QIDO-RS. */
    async search(path: string): Promise<readonly JsonDataSet[]> {
      return (await (await get(path, 'application/dicom+json')).json()) as readonly JsonDataSet[];
    },
    /** WADO-RS, in the transfer syntax that the file was stored in. */
    async retrieve(path: string): Promise<Uint8Array[]> {
      const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
      const response = await get(path, accept);
      const [, boundary] = /boundary="?([^";]+)"?/.exec(response.headers.get('content-type') ?? '') ?? [];
      return splitParts(Buffer.from(await response.arrayBuffer()), `--${boundary}`);
    },
  };
}

function splitParts(body: Buffer, boundary: string): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = body.indexOf(boundary); at >= 0;) {
    const next = body.indexOf(boundary, at + boundary.length);
    if (next < 0) break;
    const start = body.indexOf('\r\n\r\n', at) + 4;
    parts.push(Uint8Array.from(body.subarray(start, next - 2)));
    at = next;
  }
  return parts;
}
