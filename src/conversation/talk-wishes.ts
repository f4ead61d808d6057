import { fold } from './fold.ts';

/** What is said of a talk with staff itself: only when the whole text says nothing else. */
export type TalkWish =
  | { readonly wish: 'leave' }
  | { readonly wish: 'resume' }
  | { readonly wish: 'close' }
  | { readonly wish: 'rate'; readonly rating: number; readonly number: number };

const courtesy = '(?:(?:please|ok|okay|thanks|thank you|por favor|porfa|vale|gracias) )*';
const after = '(?: (?:please|now|thanks|thank you|por favor|porfa|ya|gracias))*';
const whole = (said: string): RegExp => new RegExp(`^${courtesy}(?:${said})${after}$`);

const leave = whole(
  'back|go back|back to tellerline|exit|leave|leave the (?:talk|chat)|tellerline|volver|vuelve|atras|volver a tellerline|regresar|salir|salir de la conversacion',
);
const resume = whole(
  '(?:back|go back|return) to (?:my|the) (?:case|talk)(?: \\d+)?|(?:volver|regresar) (?:al|a mi) caso(?: \\d+)?|(?:volver|regresar) a la conversacion',
);
const close = whole(
  'done|im done|i am done|thats all|that is all|all done|finished|solved|close (?:the |my )?case|listo|lista|ya esta|eso es todo|es todo|terminamos|termine|resuelto|cerrar (?:el|mi) caso|cierra (?:el|mi) caso',
);
const rate = /^([1-5]) (?:out of|of|de) 5 (?:for (?:my )?case|para (?:el|mi) caso) (\d{1,9})$/;

/** Reads a text for it. */
export function wishOfTalk(text: string): TalkWish | undefined {
  const plain = fold(text)
    .replaceAll(/[^\p{L}\p{N}\s]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const [, rating, number] = rate.exec(plain) ?? [];
  if (rating !== undefined) return { wish: 'rate', rating: Number(rating), number: Number(number) };
  if (resume.test(plain)) return { wish: 'resume' };
  if (leave.test(plain)) return { wish: 'leave' };
  return close.test(plain) ? { wish: 'close' } : undefined;
}
