export type { DeskOutlet, InboxQuery, Staff, StaffDesk } from './staff-desk.ts';
export type { PendingSignIn, StaffIdentity, StaffLogin } from './staff/login.ts';
export type { StaffSession } from './staff/sessions.ts';
export { createStaffSignIn, requireRole, type StaffSignIn, type StaffSignInParts } from './staff/sign-in.ts';
