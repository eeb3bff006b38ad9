// A plain server of files on this machine, as any mirror is: no headers beyond the type.

import { createServer } from 'node:http';

/** Serves a map of paths to bytes, to which more may be put; answers its port, and what was asked. */
export async function serve(files) {
  const asked = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.split('?')[0]);
    asked.push(path);
    const bytes = files.get(path);
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(bytes ?? '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return { asked, port, at: (path) => `http://127.0.0.1:${port}${path}`, close: () => server.close() };
}
