package ledgerfile

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
)

// identify gives the line its key and its content. Both are hashes over names and normalised texts of
// fields in the canonical order: the columns may stand in any order, be joined by columns that the
// profile does not know, and the file be written in any encoding. Amounts go in as minor units and
// dates as days, so that a file that a spreadsheet wrote anew is the same file.
func (t *table) identify() {
	l := &t.line
	t.hashed = t.hashed[:0]
	for s := range slots {
		if text := t.values[s]; text != "" {
			t.hashField(s, text)
		}
	}
	l.Content = digest(t.hashed)
	l.Key = l.Content
	for i := range t.keys {
		if text, ok := t.key(&t.keys[i]); ok {
			l.Key, l.KeyText, l.Unique = digest(t.hashed), text, t.keys[i].unique
			break
		}
	}
	if origin := t.values[slotOrigin]; origin != "" && t.originKey >= 0 {
		t.origin(origin)
	}
}

// hashField adds a field to what is hashed: its mark, the length of its text, the text. The lengths keep
// two neighbours from passing for others.
func (t *table) hashField(s slot, text string) {
	at := len(t.hashed)
	t.hashed = append(t.hashed, fieldMarks[s], 0, 0, 0)
	t.hashed = t.appendValue(s, text)
	n := len(t.hashed) - at - 4
	t.hashed[at+1], t.hashed[at+2], t.hashed[at+3] = byte(n), byte(n>>8), byte(n>>16)
}

func (t *table) appendValue(s slot, text string) []byte {
	l := &t.line
	switch {
	case s == slotDate && !l.Date.IsZero():
		return strconv.AppendInt(t.hashed, int64(l.Date.Number()), 10)
	case s == slotPayDate && !l.PayDate.IsZero():
		return strconv.AppendInt(t.hashed, int64(l.PayDate.Number()), 10)
	case s == slotHT && l.HasHT:
		return strconv.AppendInt(t.hashed, int64(l.HT), 10)
	case s == slotVAT && l.HasVAT:
		return strconv.AppendInt(t.hashed, int64(l.VAT), 10)
	case s == slotTTC && l.HasTTC:
		return strconv.AppendInt(t.hashed, int64(l.TTC), 10)
	case s == slotInitial && l.HasInitial:
		return strconv.AppendInt(t.hashed, int64(l.Initial), 10)
	case s == slotAmount && l.HasAmount:
		return strconv.AppendInt(t.hashed, int64(l.Amount), 10)
	}
	return append(t.hashed, text...)
}

func digest(b []byte) (h Hash) {
	full := sha256.Sum256(b)
	copy(h[:], full[:])
	return h
}

// keyPlan is a natural key, made ready: its fields in the canonical order.
type keyPlan struct {
	parts  []keyPart
	unique bool
}

type keyPart struct {
	slot     slot
	optional bool
}

func newKeyPlan(k Key) keyPlan {
	plan := keyPlan{unique: k.Unique}
	for s, f := range fieldOrder {
		if slices.Contains(k.Fields, f) {
			plan.parts = append(plan.parts, keyPart{slot: slot(s)})
		} else if slices.Contains(k.Optional, f) {
			plan.parts = append(plan.parts, keyPart{slot(s), true})
		}
	}
	return plan
}

// key puts a natural key together, for the hash and for people; false when a field of it is empty.
func (t *table) key(k *keyPlan) (string, bool) {
	for _, part := range k.parts {
		if t.values[part.slot] == "" && !part.optional {
			return "", false
		}
	}
	t.hashed, t.keyTexts = t.hashed[:0], t.keyTexts[:0]
	for _, part := range k.parts {
		if v := t.values[part.slot]; v != "" {
			t.hashField(part.slot, v)
			t.keyTexts = append(t.keyTexts, v)
		}
	}
	return strings.Join(t.keyTexts, "·"), true
}

// origin gives the key of the document that the line corrects: its own key with the other number. Which
// line of that document is meant no export tells.
func (t *table) origin(number string) {
	l := &t.line
	doc, item := t.values[slotDocNo], t.values[slotLineNo]
	t.values[slotDocNo], t.values[slotLineNo] = number, ""
	if text, ok := t.key(&t.keys[t.originKey]); ok {
		l.Origin, l.OriginText = digest(t.hashed), text
	}
	t.values[slotDocNo], t.values[slotLineNo] = doc, item
}
