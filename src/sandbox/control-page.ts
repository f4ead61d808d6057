import { html, page } from './html.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly requestBody?: unknown;
}

/** The control API on a page: every call with what it does, from its own OpenAPI document. */
export function drawControlPage(document: { paths?: object | undefined }): string {
  const calls = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  );
  return page({
    locale: 'en',
    title: 'Control API · Sandbox bank',
    assets: { sheet: 'trial-page.css' },
    body: html`<main class="page wide">
      <h1>Control API</h1>
      <p class="lead">
        What the trial page does, by HTTP. The whole description is <a href="/control/openapi.json">openapi.json</a>;
        <a href="/">back to the trial page</a>.
      </p>
      ${calls.map(
        ({ path, method, operation }) =>
          html`<section class="card call">
            <h2><code>${method} ${path}</code></h2>
            <p>${operation.summary ?? ''}</p>
            ${operation.description !== undefined && html`<p class="quiet">${operation.description}</p>`}
            ${
              operation.requestBody !== undefined &&
              html`<details>
                <summary>Body</summary>
                <pre tabindex="0">${bodyOf(operation.requestBody)}</pre>
              </details>`
            }
          </section>`,
      )}
    </main>`,
  });
}

/** The schema of a body of JSON, or what else a body may be sent as. */
function bodyOf(requestBody: unknown): string {
  const { content = {} } = requestBody as { content?: Record<string, { schema?: unknown }> };
  const json = content['application/json'];
  return json ? JSON.stringify(json.schema, null, 2) : Object.keys(content).join('\n');
}
