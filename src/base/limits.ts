/** The limits that an operator or a bank may meet, each with its reason. Bounds of one algorithm stand beside it. */
export const limits = {
  /** A bank's batch: large enough that one signature is cheap per event, small enough to parse at once. */
  eventBodyBytesMax: 1024 * 1024,
  eventsPerBatchMax: 1000,
  /**
   * Batches that are worked on or read at once: above the few that a database has connections for they only
   * wait, and a sender that waits knows less than one that is told.
   */
  batchesInFlightMax: 512,
  /** Their bodies together: parsed they are some ten times as much, which has to stay well under the 700 MB of the process. */
  bytesInFlightMax: 24 * 1024 * 1024,
  /** Of these, what one address may have on its way whose signature nobody has seen yet: half, so that no stranger holds up every bank. */
  bytesArrivingPerAddressMax: 12 * 1024 * 1024,
  /** A body that takes longer is cut off: a megabyte over a slow line takes a few seconds. */
  batchArrivingMsMax: 10_000,
  /** When the oldest batch that is worked on is older than this, the database or a lock holds it up, and more would wait behind it. */
  batchInFlightMsMax: 10_000,
  /** A batch is five deep; what a bank adds of its own may be deeper. */
  eventDepthMax: 64,
  /** A messenger's body. Meta: up to 3 MB at WhatsApp; a batch is far smaller. */
  channelBodyBytesMax: 3 * 1024 * 1024,
  /** Things said in one body of a messenger's. Meta: at most 1,000 in a batch. What comes after is kept, unread. */
  channelEventsMax: 1000,
  /** Meta's deepest, a template with buttons inside an echo, is a dozen deep. */
  channelDepthMax: 64,
  /** No bank tells of what happened before; a year of four digits typed wrong is caught. */
  eventsSinceMs: Date.UTC(2000, 0, 1),
  /** Clocks differ, and a bank may date a purchase by the far end of the world. */
  eventAheadMsMax: 2 * 24 * 60 * 60 * 1000,
  /** Standard Webhooks' tolerance: a stolen batch is worthless after it. */
  webhookAgeMsMax: 5 * 60 * 1000,
  /** A person types; a script floods. */
  messagesPerMinuteMax: 30,
  /** Open linking attempts of one customer, so that nobody can make a heap of addresses. */
  linkAttemptsPerHourMax: 20,
  /** Going back and signing again is human, a few times. */
  signingsPerAttemptMax: 5,
  /** From pressing "Link a bank" to coming back from it. */
  linkAttemptMinutesMax: 20,
  /** A code that has to come back in the chat: as long as it takes to change from the browser to the messenger. */
  linkCodeMinutesMax: 10,
  /** Wrong codes before a linking ends and its grant is given back: typing it wrong is human, guessing is not. */
  linkCodeTriesMax: 5,
  /**
   * Codes of other chats' linkings that one chat is believed to have said within an hour. One that is said elsewhere
   * got out, so its linking ends; guessing would end those of others, and five tries hit one of a million codes with
   * a chance of 1 in 200,000 for each that is awaited.
   */
  strayCodesPerHourMax: 5,
  /** The same of one customer, in all chats and browsers. */
  strayCodesPerCustomerMax: 10,
  /** A browser that links for another messenger's chat: the walk, the code, and a little to look at the end of it. */
  linkingSessionMinutesMax: 35,
  /** A code that brings another messenger's chat to a customer. */
  joinCodeMinutesMax: 10,
  /** Codes tried in one chat within that time: there are 2^40 of them, and nobody mistypes one more often. */
  joinCodeTriesMax: 5,
  /** Pages of a conversation that one browser may read in a minute: each is entered as a use. */
  pagesPerMinuteMax: 600,
  /** Refused batches of one address in a minute, before it is not listened to: verifying costs. */
  refusedBatchesPerMinuteMax: 60,
  /** One page of a conversation over the wire. */
  entriesPerPageMax: 200,
  /** A web session that is not used for this long ends. */
  sessionDaysMax: 90,
  /** A passkey's challenge, and a proof for one act: as long as a person needs to find their phone. */
  signInMinutesMax: 5,
  /** After a login at a bank that vouches for the customer, the first passkey may be added for so long. */
  provenMinutesMax: 15,
  /** Passkeys of one customer: every device one has, and some to spare. */
  passkeysMax: 20,
  /** Open challenges of one session: a dialogue that was closed and opened again, a few times. */
  challengesPerSessionMax: 10,
  /** Calls around passkeys by one session in a minute: a person needs a handful. */
  signInCallsPerMinuteMax: 30,
  /**
   * Links that one address may look up by reference in an hour: staff have one customer on the line. More is
   * somebody who walks through customers, and raises an alarm (87 million records left one platform this way).
   */
  referencesPerHourMax: 60,
  /** How far back history is read when a bank is linked. */
  lookbackDaysMax: 365,
  /** Fetched again after an overlap of so many days: most postings come within a week of the purchase. */
  fetchOverlapDays: 7,
  /** And once a day after so many: a hotel's or a car's hold takes up to a month, and what comes again is known for 35 days. */
  fetchOverlapDaysFirst: 31,
  /** A bank that does not tell is asked so soon after something has happened: sooner would spend its calls on nothing. */
  fetchSecondsMin: 60,
  /** And after a long quiet at the latest so: a purchase is told within the hour. */
  fetchSecondsMax: 3600,
  /** Links that one process fetches at once: each holds a call to a bank open. */
  fetchesAtOnceMax: 8,
  /** When a bank has asked for so many of its links to wait, it is asked for no other until one of them has waited. */
  fetchPausesMax: 3,
  /** The ledger is kept this long: records of a consent are, for three years with a leap day (12 CFR 1033.441). */
  ledgerDaysKept: 3 * 365 + 1,
  /** A receipt of a deletion may be fetched again for this long. */
  receiptDaysKept: 30,
  /** The public count of advertising goes back this far. */
  advertisingMonths: 12,
  /** Of fewer messages in a month nothing is told: their few readers could be guessed. */
  advertisingSentMin: 20,
  /** Fewer marks than this are told as "fewer than": one alone could be guessed to be somebody's. */
  advertisingMarkedMin: 5,
  /** Browsers of one customer that are told by web push: as many as one has, and some to spare. */
  pushSubscriptionsMax: 20,
  /** A code that confirms an e-mail address: as long as a person needs to find the mail. */
  emailCodeMinutes: 10,
  /** Wrong codes before it is worth nothing: one in 200,000 to guess it. */
  emailTriesMax: 5,
  /** Codes that one customer may have sent within an hour: nobody is flooded with mails that they did not ask for. */
  emailCodesPerHourMax: 5,
  /** Calls around web push and e-mail by one session in a minute: a person needs a handful. */
  notificationCallsPerMinuteMax: 30,
  /** A picture's address is good for so long: a messenger fetches it within seconds of being told. */
  pictureMinutesMax: 10,
  /** What became of a delivery is kept so long: messengers tell late, and a later change of a message refers to it. */
  deliveryDaysKept: 35,
  /** What a person did at a messenger is known again for so long: a messenger redelivers for days, not for weeks. */
  channelKeyDays: 35,
  /** What could not be understood is kept so long: shorter than what was handled is known again, so a replay doubles nothing. */
  deadLetterDaysKept: 30,
  /** Keys under which bodies were sealed: as long as a dead letter, and once more for one that was replayed on its last day. */
  operatorKeyDaysKept: 65,
  /** A body is taken up so often, with growing pauses: some twenty minutes, longer than a restart or a bank's outage. */
  channelAttemptsMax: 10,
  /**
   * Bodies of messengers that wait in memory to be worked through, of what people did and as many again of what
   * settles deliveries; those beyond wait in the database alone.
   */
  channelBodiesHeldMax: 64,
  /** What people did that is worked on at once: each holds a connection to the database. */
  channelWorkersMax: 6,
  /** What settles deliveries that is worked on at once, beside the former: it asks nobody but the database. */
  channelSettlersMax: 4,
  /** Lines of a receipt that are kept: more than a person reads; its sums are those of all of them. */
  receiptLinesMax: 200,
  /** Parcels of one order that are followed: each is a message of its own. */
  orderParcelsMax: 30,
  /** Bodies of shops and carriers that are being received at once; one more is answered 503 and comes again. */
  orderBodiesArrivingMax: 64,
  /** Bodies of messengers that are being received at once; one more is answered 503 and comes again. */
  channelBodiesArrivingMax: 64,
  /** Of those as many from one address: whoever forges bodies leaves room for the messenger's own. */
  channelBodiesArrivingPerAddressMax: 32,
  /** Refused bodies of one address in a minute, before it is not listened to. */
  refusedBodiesPerMinuteMax: 60,
  /** A picture as it is fetched. Meta: at most 8 MB at Messenger, 5 MB at WhatsApp. */
  pictureBytesMax: 8 * 1024 * 1024,
  /** More than any telephone's camera in one picture; a bomb of a few bytes unfolds into billions. */
  picturePixelsMax: 60_000_000,
  /** A picture is kept at most so wide and so high: enough to read a receipt. */
  pictureSideMax: 2048,
  /** Decoding is given up after so long. */
  pictureSecondsMax: 10,
  /** Pictures that are decoded at once: each takes memory for all its pixels. */
  picturesAtOnceMax: 2,
  /** Pictures that customers sent are kept so long. */
  pictureDaysKept: 35,
  /** What cannot be answered but politely is answered so often in a minute. */
  politeWordsPerMinuteMax: 1,
  /** Counts for the staff's page. */
  countDaysKept: 90,
  /** Dedupe keys are kept this long; a bank may resend until then. */
  dedupeKeyDays: 35,
  /** A confirming button is worth pressing for this long. */
  actTokenMinutes: 15,
  /** A button that only shows less, drawn anew at each reading: as long as a chat may stand open. */
  partTokenMinutes: 7 * 24 * 60,
  /** An address that shows a message whole, once: long enough to sign in at a bank, too short to be found later. */
  viewMinutesMax: 10,
  /** Openings of one browser: a person taps a few times, and tokens cannot be guessed at any rate. */
  viewsPerMinuteMax: 120,
  /** A bank that has not answered by then is "slow". */
  bankCallMsMax: 8000,
  /** What a bank was asked to do is unknown to everybody after so long: staff look, and the customer is told the truth. */
  bankActionUnknownMs: 60_000,
  /** The buttons of a purchase that the customer's own watch asks about: a day, for nothing is held meanwhile. */
  watchAnswerHours: 24,
  /** The buttons of a fraud alert are good so long after the time to answer: a late answer is settled by the bank's own state. */
  alertLateMinutes: 60,
  /** And never longer than this: a bank that waits longer is not waiting for an answer in a chat. */
  alertAnswerHoursMax: 7 * 24,
  /** An answer that the bank has not confirmed by then shows the bank's own telephone number. */
  alertDegradedMs: 10_000,
  /** The buttons under a case are good so long: it takes weeks, and they are made anew whenever something comes of it. */
  caseButtonDays: 60,
  /** What is offered to be added to a case may be answered for so long. */
  caseOfferDays: 7,
  /** A picture for a case, as a browser sends it: more than a telephone's camera makes. */
  casePictureBytesMax: 5 * 1024 * 1024,
  /** A picture that was chosen for a case waits so long for its customer's word that the bank gets it. */
  casePictureHoursKept: 24,
  /** So many pictures of one customer may wait at once. */
  casePicturesKeptMax: 12,
  /** A picture as banks take it, JPEG: base64 makes 4 signs of 3 bytes, and the profile takes 3,000,000. */
  casePictureSentBytesMax: 2_200_000,
  /** Purchases so far back can be disputed from here. Visa and Mastercard: 120 days for most reasons. */
  disputableDays: 120,
  /**
   * While a customer looks on, a bank is asked so often how a purchase stands that it holds: it may have been answered
   * in the bank's own app, and a question that is answered should not stand.
   */
  alertAskedMs: 60_000,
  /** So often at most before the time to answer is over; each is a use that is entered. */
  alertAsksMax: 30,
  /** That a bank failed is known for so long: what it is asked meanwhile may fail again, and later nobody knows. */
  bankFailingMs: 3 * 60_000,
  /** An alert that shows the bank's telephone from the beginning is looked at so often: its bank may be well again. */
  alertDegradedLookMs: 15_000,
  /** A carrier that has not answered by then cannot be reached. */
  carrierCallMsMax: 8_000,
  /** It is asked again after at most so long a pause. */
  carrierPauseMsMax: 10 * 60_000,
  /** One that could not be asked for so long is for whoever runs this to look after. */
  carrierFailingMs: 30 * 60_000,
  /** It is asked for so long to tell of a parcel; then its customer is told that it could not be. */
  carrierAskedMsMax: 24 * 3_600_000,
  /** A refund waits so long for its order: as long as a shop may send either again. */
  earlyRefundDaysKept: 35,
  /** Parcels that one customer follows by their numbers at one carrier: more than anybody waits for. */
  parcelsFollowedMax: 50,
  /** A parcel is followed for so long: what has not come by then does not, and carriers use numbers again. */
  parcelDaysFollowed: 90,
  /** A bank is asked how far a dispute has come after this at the soonest: staff work for days on one. */
  disputeAskedMs: 10 * 60_000,
  /** The pauses double up to this while it tells nothing new: each look is an entry in the customer's list. */
  disputePauseMsMax: 12 * 3_600_000,
  /** Whoever wrote at a messenger so lately looks on, as somebody does whose browser is connected. */
  lookingOnMs: 5 * 60_000,
  /** A bank may carry out what it was asked so long afterwards, and not later: nobody waits for a freeze of half an hour ago. */
  bankActionValidMs: 10 * 60_000,
  /** A bank's clock may be off by so much. */
  bankClockSkewMsMax: 60_000,
  /** What became of an action is asked for so long, then it is given up: whoever wants to know by then has telephoned. */
  bankActionAskedMsMax: 24 * 3_600_000,
  /** Between two questions about one action there is at most so long a pause. */
  bankActionPauseMsMax: 5 * 60_000,
  /** That nobody knows is told again after this long while the link's key cannot be had. */
  bankActionTellPauseMs: 30_000,
  /** An action is taken up by one process for so long: two calls to a bank and their waiting, with some to spare. */
  bankActionLeaseMs: 60_000,
  /** Actions that one process carries out at once: each holds a call to a bank open. */
  bankActionsAtOnceMax: 16,
  /** What was asked of a bank is kept so long: a dispute takes months, and its customer asks. */
  bankActionDaysKept: 400,
  /** What a bank's answer may weigh. */
  bankAnswerBytesMax: 8 * 1024 * 1024,
  /** A bank's metadata is read again after this long, so that it may move its endpoints. */
  bankMetadataMinutesMax: 60,
  /** FDX access tokens live at most this long, whatever the bank says of them. */
  bankAccessSecondsMax: 900,
  /** More pages than any year of one account has: a list that goes on is broken. */
  bankPagesMax: 5000,
  /** A pause that a bank asks for is cut to this; whoever waits asks again then. */
  bankRetryAfterSecondsMax: 3600,
  /** A bank's event keys are read again after this long, so that it may add the next one in peace. */
  eventKeysMinutesMax: 5,
  /** A signature that does not verify leads to one reading in this time: forged events cannot make us flood a bank. */
  eventKeysRereadSecondsMin: 30,
  /** While a bank's keys cannot be read, the last ones serve for so long: events already signed are not held up. */
  eventKeysStaleMinutesMax: 60,
  /** Keys of one bank: one in use, one to come, and some to spare. */
  eventKeysMax: 16,
  /** What a key set may weigh. */
  eventKeysCharactersMax: 64 * 1024,
  /** Distinct customers whose case or data one member of staff opens within an hour: twice what a busy hour of chats holds. Whoever walks through customers stops here. */
  staffCustomersPerHourMax: 40,
  /** A case that was opened may be read on for so long before it counts, and is told, as another look. */
  staffLookMinutesMax: 60,
  /** Looks are kept for the budget of the hour, and for whoever asks the next morning; the customers' ledgers keep them for years. */
  staffLookHoursKept: 24,
  /** Open cases of one customer: a matter a bank and one to spare. */
  openCasesMax: 3,
  /** What was tried before a person was asked for is told staff for so long: after that it is another matter. */
  triedMinutesMax: 10,
  /** A place in the queue is drawn anew at most so often for somebody who looks at it, and for somebody who does not. */
  placeShownEveryMs: 15_000,
  placeKeptEveryMs: 120_000,
  /** Words of staff, or a note: a page. */
  staffWordsCharactersMax: 4000,
  /** A prepared answer: what is read in a chat. */
  preparedCharactersMax: 2000,
  /** Entries of a case that are answered at once; a talk has dozens. */
  caseEntriesMax: 500,
  /** A page of the inbox. */
  inboxPageMax: 50,
  /** Staff may take up a case again that they have closed themselves for so long; later the customer opens another. */
  caseReopenHoursMax: 72,
  /** A card control that staff propose waits for its customer so long. */
  proposalMinutesMax: 24 * 60,
  /** Proposals that wait at a time in one case. */
  proposalsWaitingMax: 3,
  /** Closed cases with all that was said: as long as the look-back. */
  caseDaysKept: 365,
  /** What was told of waits: two weeks to compare. */
  waitDaysKept: 14,
  /** Who changed what of a desk's hours and promises: as long as a complaint about a missed one may come. */
  deskChangeDaysKept: 3 * 365,
  /** A promise to whoever waits, within the hours, unless their bank says otherwise: fraud at once, cards soon, the rest within two hours. */
  answerMinutes: { fraud: 10, cards: 30, payments: 60, accounts: 120, general: 120 },
  /** What other processes did in cases is looked for so often, and supervisors get their figures: nobody wonders for five seconds. */
  deskLookMs: 5000,
  /** Whoever has used their session within so many minutes is at their desk, at whichever process: beyond, they have left it. */
  staffHereMinutes: 10,
  /** Whoever has a case and has been away for so long has left it: it goes back into the queue. A coffee is shorter. */
  claimAwayMinutesMax: 15,
  /** Whose session has come to its end by time has so long to sign in again before their cases go back: it ends in the middle of a sentence. */
  claimGraceSeconds: 60,
  /** Desks in browsers of one member of staff. */
  desksPerStaffMax: 8,
  /** Unsent bytes on one web socket before it is closed and has to resume: a few pages of a conversation. */
  socketBufferBytesMax: 512 * 1024,
  /** The same of all sockets together; above it the slowest are closed. Half a megabyte times 10,000 is no machine's memory. */
  socketsBufferBytesMax: 64 * 1024 * 1024,
  /** Stopping closes sockets over so long a time, so that they do not all come back at once. */
  socketCloseSpreadMsMax: 4000,
  /** From the signal to the end, PostgreSQL's stopping included: what orchestrators wait before they kill is 30 s. */
  stopMsMax: 25_000,
  /** While leaves wait, a checkpoint is signed every 200 ms; one that is this late says that the log stands still. */
  checkpointLateMsMax: 60_000,
  /** Frames of one browser between two pings (30 s): a person reads, a script floods. */
  framesPerPingMax: 600,
  /** Browsers that are let in at once: a whole city that comes back waits in line rather than for connections to the database. */
  socketsLetInAtOnceMax: 4,
  /** Browsers that wait to be let in; beyond them one is answered 503 and comes back. Twice what is tested at once. */
  socketsWaitingMax: 20_000,
  /** Browsers that are read to at once when they come back; a third of the readers stays for everybody else. */
  socketsCatchingUpAtOnceMax: 8,
  /** Web sockets of one customer; more tabs than this close the oldest. */
  socketsPerCustomerMax: 8,
  /** From the desk to the bank's identity provider and back. */
  staffSignInMinutesMax: 10,
  /** Of one address: the morning shift of a bank comes from one, a script that guesses asks for more. */
  staffSignInsPerMinuteMax: 60,
  /** A desk that nobody touches is a desk that somebody has left. */
  staffSessionIdleMinutesMax: 30,
  /** A long shift. */
  staffSessionHoursMax: 10,
  /** The operator signs in by hand; whoever guesses a secret of 32 bytes may do so slowly. */
  operatorSignInsPerMinuteMax: 10,
  /** A working day of the operator. */
  operatorSessionHoursMax: 8,
  /** The address that a start prints opens the operator's pages once and for so long: whoever starts it is there. */
  operatorInvitationMinutesMax: 60,
  /** What a desk asks for in a minute: it works by its socket, and people by hand. */
  staffCallsPerMinuteMax: 600,
  /** Cases that somebody has at a time, unless their bank says otherwise. */
  staffCapacity: 5,
  /** A picture that staff send: a screenshot or a scan, before it is decoded and encoded anew. */
  staffPictureBytesMax: 5 * 1024 * 1024,
  /** Desks that one person has open at once: a browser's windows. */
  staffSocketsMax: 8,
} as const;
