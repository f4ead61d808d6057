import { systemTimers } from '#base';
import type { Channel, ChannelParts, ConfiguredChannel, SetUpDone } from '#delivery';
import { circuitsIn } from './circuit-store.ts';
import type { Compose, ComposeParts } from './compose.ts';
import type { MetaPlatform } from './errors.ts';
import { examine, lookAtAddress } from './examine.ts';
import { graphOf, type Graph } from './graph.ts';
import { mediaOf } from './media.ts';
import type { MetaAccount, MetaSender, MetaSenderParts } from './sender.ts';
import type { MetaApp } from './settings.ts';
import { answerHandshake, verifySignature } from './signature.ts';
import { isApproved } from './template-store.ts';
import { lookAtTemplates, syncTemplates, templateSaid, type TemplatePlace } from './template-sync.ts';
import { templateCatalogue } from './templates.ts';
import { metaUpkeep } from './upkeep.ts';

/** A page or a number that was set up. */
export interface MetaPlace extends MetaAccount {
  /** What subscriptions and templates belong to: the page itself, or the number's business account. */
  readonly business: string;
}

/** A messenger of Meta, as an operator set it up, and what is its own of it. */
export interface ConfiguredMeta<Body> {
  readonly channel: MetaPlatform;
  /** As people call it. */
  readonly name: string;
  readonly app: MetaApp;
  readonly places: readonly MetaPlace[];
  readonly sender: (parts: MetaSenderParts<Body>) => MetaSender;
  readonly compose: (parts: ComposeParts) => Compose<Body>;
  readonly read: Channel['read'];
  readonly profile: (graph: Graph) => NonNullable<Channel['profile']>;
  readonly preview: NonNullable<Channel['preview']>;
  /** What else is put at each page or number, beside its templates. */
  readonly setUp?: (place: MetaPlace, graph: Graph, publicUrl: string) => Promise<SetUpDone>;
}

/** Puts a messenger of Meta together: the door, the sender and the templates are the same for both. */
export function metaChannel<Body>(meta: ConfiguredMeta<Body>): ConfiguredChannel {
  const { channel, name, app, places } = meta;
  const graph = graphOf(app);
  const templatePlaces = templatePlacesOf(meta, graph);
  return {
    channel,
    create: (parts) => create(meta, templatePlaces, parts),
    setUp: async ({ database, publicUrl, nowMs }) => {
      const profiles = await inTurn(places, async (place) => {
        const done = await meta.setUp?.(place, graph, publicUrl);
        return done ? [done] : [];
      });
      const templates = await inTurn(templatePlaces, async (place) => {
        const all = await syncTemplates(database, place, templateCatalogue(publicUrl), nowMs);
        return all.map(({ name: template, language, done, status }) => {
          return { account: place.account, what: `${template} (${language})`, done, status };
        });
      });
      return [...profiles, ...templates];
    },
    examine: (publicUrl, nowMs) =>
      inTurn(places, async (place) => [
        {
          name: `${name}, ${place.name}`,
          findings: [
            ...(await examine({ channel, app, graph, ...place, publicUrl, nowMs })),
            await lookAtAddress({ channel, app, publicUrl }),
          ],
        },
      ]),
  };
}

/** Where templates are kept in step: at each page, and once at each business account. */
function templatePlacesOf<Body>({ channel, places }: ConfiguredMeta<Body>, graph: Graph): readonly TemplatePlace[] {
  const byBusiness = new Map(places.map(({ business, accessToken }) => [business, accessToken]));
  return [...byBusiness].map(([account, accessToken]) => ({ channel, account, accessToken, graph }));
}

function create<Body>(
  meta: ConfiguredMeta<Body>,
  templatePlaces: readonly TemplatePlace[],
  parts: ChannelParts,
): Channel {
  const { app, channel, places } = meta;
  const { clock, log, database, publicUrl, patience, addressOf, threadAway, processes, parts: kept } = parts;
  const graph = graphOf(app);
  const { checkTokens, ...sender } = meta.sender({
    graph,
    accounts: places,
    compose: meta.compose(composeParts(meta, parts)),
    addressOf,
    circuits: circuitsIn(database, channel),
    ...(threadAway && { threadAway }),
    ...(processes && { processes }),
    parts: {
      begin: (begun) => kept().begin(begun),
      taken: (reference, platformId) => kept().taken(reference, platformId),
    },
    clock,
    timers: systemTimers,
    log,
    ...patience,
  });
  return {
    ...sender,
    name: meta.name,
    hasWindow: true,
    verify: (raw, headers) => verifySignature(raw, headers['x-hub-signature-256'], app.appSecret),
    handshake: (query) => answerHandshake(query, app.verifyToken),
    read: meta.read,
    profile: meta.profile(graph),
    media: mediaOf(app, places),
    nameOf: (account) => places.find((one) => one.account === account)?.name,
    preview: meta.preview,
    templateHeard: ({ account, template, language, status }) =>
      templateSaid({ database, log }, { channel, account, name: template, language, status }, clock.nowMs()),
    upkeep: metaUpkeep({
      checkTokens,
      examine: () =>
        inTurn(places, async (place) =>
          examine({ channel, app, graph, ...place, publicUrl: publicUrl(), nowMs: clock.nowMs() }),
        ),
      lookAtTemplates: () =>
        inTurn(templatePlaces, async (place) => {
          await lookAtTemplates({ database, log }, place, templateCatalogue(publicUrl()), clock.nowMs());
          return [];
        }),
      channel,
      log,
    }),
  };
}

function composeParts<Body>(
  { channel, places }: ConfiguredMeta<Body>,
  { database, mintView, mintPicture, publicUrl, faces, clock }: ChannelParts,
): ComposeParts {
  const businessOf = (account: string): string => places.find((one) => one.account === account)?.business ?? account;
  return {
    mintView,
    ...(mintPicture && { mintPicture }),
    isApproved: (account, template) => isApproved(database, { channel, account: businessOf(account), ...template }),
    publicUrl,
    faces,
    clock,
  };
}

/** One after the other: nothing here is worth slowing the messages down for. */
async function inTurn<One, Result>(
  all: readonly One[],
  work: (one: One) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const done: Result[] = [];
  for (const one of all) done.push(...(await work(one)));
  return done;
}
