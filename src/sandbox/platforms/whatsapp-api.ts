import { createHash } from 'node:crypto';
import { callPermissions, callSubscribedApps } from './account-api.ts';
import { GraphError } from './graph-error.ts';
import type { GraphBody } from './graph-request.ts';
import { pictureKind } from './media.ts';
import { answered, type CallOf, type GraphAnswer, type PlatformContext } from './platform-context.ts';
import { callTemplate, callTemplates, page } from './template-api.ts';
import { sendWhatsApp } from './whatsapp-sending.ts';

/** Serves a call that carries a business number's token. */
export async function callWhatsApp(
  context: PlatformContext,
  call: CallOf,
  file: GraphBody['file'],
): Promise<GraphAnswer> {
  const [first = '', edge] = call.path;
  if (call.path.length > 2) throw new GraphError('unknownPath', `Unknown path components: /${call.path.join('/')}`);
  const { account, method } = call;
  if (first === account.id && edge === undefined && method === 'GET') return aboutNumber(call);
  if (first === account.id && edge === 'messages' && method === 'POST')
    return sendWhatsApp(context, account, call.body);
  if (first === account.id && edge === 'media' && method === 'POST') return upload(context, call, file);
  if (first === account.businessAccountId) {
    switch (edge) {
      case undefined:
        return answered({ id: first, name: account.name, currency: 'USD', timezone_id: '1' });
      case 'message_templates':
        return callTemplates(context, call);
      case 'subscribed_apps':
        return callSubscribedApps(context, call);
      case 'phone_numbers':
        return answered(page([numberFields(call)], call.query));
      default:
        throw new GraphError('unknownPath', `Unknown path components: /${edge}`);
    }
  }
  if (first === 'me') {
    if (edge === 'permissions') return callPermissions(context, call);
    if (edge === undefined) return answered({ id: account.businessAccountId, name: 'Tellerline system user' });
  }
  const template = context.at.whatsapp.templates.byId(first);
  if (template && edge === undefined) return callTemplate(context, call, template);
  if (edge === undefined) return aboutMedia(context, call, first);
  throw new GraphError('noSuchObject');
}

function numberFields({ account }: CallOf): Record<string, unknown> {
  return {
    id: account.id,
    display_phone_number: `+${account.displayNumber ?? ''}`,
    verified_name: account.name,
    quality_rating: 'GREEN',
    code_verification_status: 'VERIFIED',
    name_status: 'APPROVED',
    status: 'CONNECTED',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
    messaging_limit_tier: 'TIER_1K',
  };
}

function aboutNumber(call: CallOf): GraphAnswer {
  const known = numberFields(call);
  const fields = call.query.get('fields')?.split(',');
  if (!fields) return answered(known);
  const unknown = fields.find((name) => !(name in known));
  if (unknown !== undefined)
    throw new GraphError('parameter', `Tried accessing nonexisting field (${unknown}) on node type (PhoneNumber)`);
  return answered({ ...Object.fromEntries(fields.map((name) => [name, known[name]])), id: call.account.id });
}

async function upload(context: PlatformContext, call: CallOf, file: GraphBody['file']): Promise<GraphAnswer> {
  if (call.body['messaging_product'] !== 'whatsapp')
    throw new GraphError('parameter', 'Param messaging_product must be whatsapp');
  if (!file) throw new GraphError('parameter', 'Param file must be a file that has been uploaded');
  const mimeType = pictureKind(file.bytes);
  if (!mimeType)
    throw new GraphError('parameter', 'Param file must be a file of one of the types image/jpeg, image/png');
  return answered({ id: await context.media.keep({ mimeType, bytes: file.bytes }) });
}

/** Meta: an address that lives for five minutes, which the token opens. */
async function aboutMedia(context: PlatformContext, { method }: CallOf, id: string): Promise<GraphAnswer> {
  const media = method === 'GET' ? await context.media.read(id) : undefined;
  if (!media) throw new GraphError('noSuchObject');
  return answered({
    messaging_product: 'whatsapp',
    url: `${context.sandbox.url}/graph/whatsapp-media/${id}`,
    mime_type: media.mimeType,
    sha256: createHash('sha256').update(media.bytes).digest('hex'),
    file_size: media.bytes.length,
    id,
  });
}
