import type { Category, Purpose } from '#contract';
import ArrowDown from 'lucide-react/icons/arrow-down';
import ArrowLeft from 'lucide-react/icons/arrow-left';
import ArrowUp from 'lucide-react/icons/arrow-up';
import Ban from 'lucide-react/icons/ban';
import Banknote from 'lucide-react/icons/banknote';
import Bus from 'lucide-react/icons/bus';
import Check from 'lucide-react/icons/check';
import ChevronDown from 'lucide-react/icons/chevron-down';
import ChevronRight from 'lucide-react/icons/chevron-right';
import CircleAlert from 'lucide-react/icons/circle-alert';
import Clock from 'lucide-react/icons/clock';
import Coffee from 'lucide-react/icons/coffee';
import CreditCard from 'lucide-react/icons/credit-card';
import Ellipsis from 'lucide-react/icons/ellipsis';
import Eye from 'lucide-react/icons/eye';
import Fuel from 'lucide-react/icons/fuel';
import HeartPulse from 'lucide-react/icons/heart-pulse';
import House from 'lucide-react/icons/house';
import Info from 'lucide-react/icons/info';
import Landmark from 'lucide-react/icons/landmark';
import Link from 'lucide-react/icons/link';
import MessageCircle from 'lucide-react/icons/message-circle';
import PackageIcon from 'lucide-react/icons/package';
import PawPrint from 'lucide-react/icons/paw-print';
import Plane from 'lucide-react/icons/plane';
import Plus from 'lucide-react/icons/plus';
import ReceiptText from 'lucide-react/icons/receipt-text';
import Scissors from 'lucide-react/icons/scissors';
import ShieldAlert from 'lucide-react/icons/shield-exclamation-point';
import ShoppingBag from 'lucide-react/icons/shopping-bag';
import ShoppingCart from 'lucide-react/icons/shopping-cart';
import Ticket from 'lucide-react/icons/ticket';
import Trash from 'lucide-react/icons/trash-2';
import Utensils from 'lucide-react/icons/utensils';
import Wallet from 'lucide-react/icons/wallet';
import WifiOff from 'lucide-react/icons/wifi-off';
import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';

const icons = {
  'arrow-down': ArrowDown,
  'arrow-left': ArrowLeft,
  'arrow-up': ArrowUp,
  ban: Ban,
  bills: ReceiptText,
  cash: Banknote,
  check: Check,
  'children-pets': PawPrint,
  close: X,
  coffee: Coffee,
  delete: Trash,
  down: ChevronDown,
  entertainment: Ticket,
  error: CircleAlert,
  eye: Eye,
  fuel: Fuel,
  groceries: ShoppingCart,
  health: HeartPulse,
  home: House,
  income: Banknote,
  info: Info,
  bank: Landmark,
  link: Link,
  more: Ellipsis,
  offline: WifiOff,
  other: CreditCard,
  'personal-care': Scissors,
  plus: Plus,
  restaurants: Utensils,
  right: ChevronRight,
  shopping: ShoppingBag,
  transport: Bus,
  travel: Plane,
  wait: Clock,
  balances: Wallet,
  transactions: ReceiptText,
  'fraud-alerts': ShieldAlert,
  receipts: ShoppingBag,
  shipping: PackageIcon,
  'customer-chat': MessageCircle,
  'account-management': CreditCard,
} as const;

/** An icon by its use; every category and purpose has one. */
export type IconName = keyof typeof icons | Category | Purpose;

/** A drawing beside words that say the same; never read out. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: 14 | 16 | 20 }): ReactNode {
  const Drawing = icons[name];
  return <Drawing size={size} strokeWidth={size === 20 ? 1.75 : 2} aria-hidden="true" focusable="false" />;
}
