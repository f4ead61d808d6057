import type { MatterIcon } from '#contract';
import { Icon, type IconName } from '#web/kit';
import Fingerprint from 'lucide-react/icons/fingerprint-pattern';
import Gauge from 'lucide-react/icons/gauge';
import Globe from 'lucide-react/icons/globe';
import Image from 'lucide-react/icons/image';
import Laptop from 'lucide-react/icons/laptop';
import Phone from 'lucide-react/icons/phone';
import Scale from 'lucide-react/icons/scale';
import Snowflake from 'lucide-react/icons/snowflake';
import Sun from 'lucide-react/icons/sun';
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point';
import type { ReactNode } from 'react';

/** Those that only these cards show: they come with them. */
const own = {
  abroad: Globe,
  call: Phone,
  dispute: Scale,
  freeze: Snowflake,
  limit: Gauge,
  notice: TriangleAlert,
  online: Laptop,
  picture: Image,
  proof: Fingerprint,
  unfreeze: Sun,
} as const;

/** Those of the kit under another name. */
const kept = {
  alert: 'fraud-alerts',
  card: 'account-management',
  parcel: 'shipping',
  receipt: 'receipts',
  words: 'customer-chat',
} as const satisfies Readonly<Record<string, IconName>>;

/** An icon of a matter, beside words that say the same; never read out. */
export function MatterSign({
  name,
  size = 20,
}: {
  readonly name: MatterIcon | 'proof';
  readonly size?: 14 | 16 | 20;
}): ReactNode {
  if (isOwn(name)) {
    const Drawing = own[name];
    return <Drawing size={size} strokeWidth={size === 20 ? 1.75 : 2} aria-hidden="true" focusable="false" />;
  }
  return <Icon name={isKept(name) ? kept[name] : name} size={size} />;
}

const isOwn = (name: string): name is keyof typeof own => Object.hasOwn(own, name);
const isKept = (name: string): name is keyof typeof kept => Object.hasOwn(kept, name);
