import type { Log } from '#base';
import { sql, type Database } from '#db';

/** Documents of one kind by id, in the order in which they were made. Changes are written in the background. */
export interface Collection<Document extends object> {
  get(id: string): Document | undefined;
  /** Keeps a document; one that is there already is replaced and keeps its place. */
  set(id: string, document: Document): void;
  delete(id: string): void;
  /** All of them, oldest first. */
  all(): readonly Document[];
}

/** What the stand-in platforms keep over a restart of the sandbox. They are its one user, so memory leads. */
export interface Documents {
  collection<Document extends object>(kind: string): Promise<Collection<Document>>;
  /** Returns when everything that was changed so far is written. */
  settle(): Promise<void>;
}

interface Change {
  readonly kind: string;
  readonly id: string;
  /** Undefined: deleted. */
  readonly document: object | undefined;
  readonly seq: number;
}

/** Opens the documents; nothing is read before a collection is asked for. */
export function openDocuments(database: Database, log: Log): Documents {
  let waiting = new Map<string, Change>();
  let writing: Promise<void> | undefined;
  let lastSeq = 0;

  const write = async (): Promise<void> => {
    // Begun in a later turn, so that what changes together is written together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.size > 0) {
      const changes = [...waiting.values()];
      waiting = new Map();
      try {
        await store(database, changes);
      } catch (error) {
        log.error({ err: error }, "changes of the stand-in platforms' state were not written");
      }
    }
  };
  const begin = (): void => {
    writing ??= write().finally(() => {
      writing = undefined;
      if (waiting.size > 0) begin();
    });
  };
  const change = (kind: string, id: string, document: object | undefined, seq: number): void => {
    waiting.set(`${kind} ${id}`, { kind, id, document, seq });
    begin();
  };
  const settle = async (): Promise<void> => {
    if (!writing) return;
    await writing;
    await settle();
  };

  return {
    collection: async <Document extends object>(kind: string): Promise<Collection<Document>> => {
      const rows = await database.query<{ id: string; document: Document; seq: bigint }>(
        sql`select id, document, seq from sandbox.platform_documents where kind = ${kind} order by seq`,
      );
      const kept = new Map(rows.map(({ id, document, seq }) => [id, { document, seq: Number(seq) }]));
      lastSeq = Math.max(lastSeq, ...rows.map(({ seq }) => Number(seq)));
      return {
        get: (id) => kept.get(id)?.document,
        set: (id, document) => {
          const seq = kept.get(id)?.seq ?? (lastSeq += 1);
          kept.set(id, { document, seq });
          change(kind, id, document, seq);
        },
        delete: (id) => {
          if (kept.delete(id)) change(kind, id, undefined, 0);
        },
        all: () => [...kept.values()].map(({ document }) => document),
      };
    },
    settle,
  };
}

async function store(database: Database, changes: readonly Change[]): Promise<void> {
  const kept = changes.filter(({ document }) => document !== undefined);
  const gone = changes.filter(({ document }) => document === undefined);
  if (kept.length > 0) {
    await database.execute(sql`
      insert into sandbox.platform_documents (kind, id, document, seq)
      select kind, id, document, seq
      from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as change (kind text, id text, document jsonb, seq bigint)
      on conflict (kind, id) do update set document = excluded.document`);
  }
  if (gone.length > 0) {
    await database.execute(sql`
      delete from sandbox.platform_documents using jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) as change (kind text, id text)
      where platform_documents.kind = change.kind and platform_documents.id = change.id`);
  }
}
