package finance

import (
	"cmp"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// eventLine is a line of a file of commitments that is about to be booked.
type eventLine struct {
	facts   Commitment // what the line says of the commitment
	year    int64
	on      civil.Date
	event   string // ledgerfile.EventState, or what happened
	amount  money.Amount
	initial money.Amount
	starts  bool // initial is told
	settled bool // the line says that nothing more is to come
	line    int
	key     ledgerfile.Hash
	content ledgerfile.Hash
	joined  ledgerfile.Hash // content of all lines that share the key; zero: there is only this one
	unique  bool
	live    int64 // the event that it supersedes; 0: none
}

// state tells whether the line says where the commitment stands, rather than what happened to it. Of lines that may share a key each counts by itself.
func (l *eventLine) state() bool { return l.event == ledgerfile.EventState && l.unique }

// newEvent begins an event of the line.
func (l *eventLine) newEvent(kind string, amount money.Amount, on civil.Date, cause Cause) CommitmentEvent {
	content := l.content
	if l.joined != (ledgerfile.Hash{}) {
		content = l.joined
	}
	return CommitmentEvent{YearID: l.year, Type: kind, Amount: amount, On: on, Cause: cause, Live: true, Line: l.line,
		Key: l.key[:], Content: content[:], Unique: l.state()}
}

// first gives the events of a line of which the books hold nothing. A state is what the commitment began with, and what was added to it since: that is dated as the
// commitment is, because no file says when it came about.
func (l *eventLine) first(cause Cause) []CommitmentEvent {
	if !l.state() {
		return []CommitmentEvent{l.newEvent(eventType(l.event, l.amount), l.amount, l.on, cause)}
	}
	initial := l.amount
	if l.starts {
		initial = l.initial
	}
	out := []CommitmentEvent{l.newEvent(ledgerfile.EventOriginal, initial, l.on, cause)}
	if change := l.amount - initial; change != 0 || l.settled {
		out = append(out, l.newEvent(l.changeType(change), change, l.on, cause))
	}
	return out
}

// changed gives the event that leads from where a commitment stood to where the line says that it stands. It is there also when only the words changed: it holds
// what the line says now.
func (l *eventLine) changed(stood money.Amount, on civil.Date) CommitmentEvent {
	change := l.amount - stood
	return l.newEvent(l.changeType(change), change, on, CauseNew)
}

// changeType names a change of state. What the finance system settles it closes, whatever is left of it (solde).
func (l *eventLine) changeType(change money.Amount) string {
	switch {
	case l.settled:
		return ledgerfile.EventClose
	case change < 0:
		return ledgerfile.EventWithdraw
	}
	return ledgerfile.EventModify
}

// eventType names what a line tells by its amount. What is taken off again in lines of the first kind is a withdrawal (retrait d'engagement).
func eventType(event string, amount money.Amount) string {
	if event == "" || event == ledgerfile.EventOriginal || event == ledgerfile.EventState {
		if amount < 0 {
			return ledgerfile.EventWithdraw
		}
		return ledgerfile.EventOriginal
	}
	return event
}

// reversal takes an event back, on the day and in the year that it is of.
func (e *CommitmentEvent) reversal(cause Cause, file FileID, line int) CommitmentEvent {
	r := *e
	r.ID, r.Amount, r.Cause, r.Reverses, r.Live, r.FileID, r.Line = 0, -e.Amount, cause, e.ID, false, file, line
	return r
}

// stateOf tells whether the live events of a commitment close it: each key does. Of a key that tells states the last event counts; of one that tells events, the
// close must not be followed by another day's event. Without live events the commitment is closed: nothing is left of it.
func stateOf(events []CommitmentEvent) string {
	byKey := map[string][]CommitmentEvent{}
	for _, e := range events {
		if e.Live {
			byKey[string(e.Key)] = append(byKey[string(e.Key)], e)
		}
	}
	for _, of := range byKey {
		last := slices.MaxFunc(of, laterEvent)
		if last.Type != ledgerfile.EventClose {
			return StateOpen
		}
	}
	return StateClosed
}

// laterEvent orders the events of one key. Files may tell events in any order, so their days decide and a close is the last of its day; states follow each other as they
// were booked.
func laterEvent(a, b CommitmentEvent) int {
	if a.Unique && b.Unique {
		return cmp.Compare(a.ID, b.ID)
	}
	closes := func(e CommitmentEvent) int {
		if e.Type == ledgerfile.EventClose {
			return 1
		}
		return 0
	}
	return cmp.Or(a.On.Compare(b.On), cmp.Compare(closes(a), closes(b)), cmp.Compare(a.ID, b.ID))
}

// sumLive adds what live events commit.
func sumLive(events []CommitmentEvent) (total money.Amount) {
	for _, e := range events {
		if e.Live {
			total += e.Amount
		}
	}
	return total
}
