export type { DeskOutlet, InboxQuery, Staff, StaffDesk } from './staff-desk.ts';
