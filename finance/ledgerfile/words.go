package ledgerfile

import (
	"maps"

	"jalon/internal/grid"
)

// flags of the fields that say yes or no.
const (
	flagYes = "yes"
	flagNo  = "no"
)

// codesOf lists what the words of a coded field can stand for.
func codesOf(f Field) []string {
	switch f {
	case FieldFlow:
		return []string{string(FlowExpenditure), string(FlowRevenue)}
	case FieldSection:
		return []string{SectionOperations, SectionInvestment}
	case FieldStatus:
		return []string{"", StatusEmitted, StatusCharged, StatusSuspended, StatusRejected, StatusPaid}
	case FieldEvent:
		return []string{EventState, EventOriginal, EventModify, EventWithdraw, EventCarryIn, EventCarryOut, EventReimputeOut, EventReimputeIn, EventClose}
	case FieldAccrual, FieldOrderOp:
		return []string{flagYes, flagNo}
	}
	return nil
}

// usualWords are what finance suites write, folded; a profile adds its own and may give others a new
// meaning. The codes themselves are understood as well.
var usualWords = map[Field]map[string]string{
	FieldFlow: {
		"d": string(FlowExpenditure), "depense": string(FlowExpenditure), "depenses": string(FlowExpenditure), "expenditure": string(FlowExpenditure), "mandat": string(FlowExpenditure),
		"r": string(FlowRevenue), "recette": string(FlowRevenue), "recettes": string(FlowRevenue), "revenue": string(FlowRevenue), "titre": string(FlowRevenue),
	},
	FieldSection: {
		"fonctionnement": SectionOperations, "fonct": SectionOperations, "sectiondefonctionnement": SectionOperations, "exploitation": SectionOperations, "operations": SectionOperations,
		"investissement": SectionInvestment, "inv": SectionInvestment, "invest": SectionInvestment, "sectiondinvestissement": SectionInvestment, "investment": SectionInvestment, "capital": SectionInvestment,
	},
	FieldStatus: {
		"emis": StatusEmitted, "mandate": StatusEmitted, "priseencharge": StatusCharged, "prisencharge": StatusCharged, "prisecharge": StatusCharged, "vise": StatusCharged,
		"suspendu": StatusSuspended, "rejete": StatusRejected, "paye": StatusPaid, "solde": StatusPaid, "regle": StatusPaid,
	},
	FieldAccrual: {"o": flagYes, "oui": flagYes, "y": flagYes, "x": flagYes, "1": flagYes, "n": flagNo, "non": flagNo, "0": flagNo},
	FieldOrderOp: {"o": flagYes, "oui": flagYes, "y": flagYes, "x": flagYes, "1": flagYes, "ordre": flagYes, "n": flagNo, "non": flagNo, "0": flagNo, "reel": flagNo, "reelle": flagNo},
}

// dictionary gives the words of a coded field under a profile.
func (p Profile) dictionary(f Field) map[string]string {
	words := map[string]string{}
	for _, code := range codesOf(f) {
		if code != "" {
			words[wordKey(code)] = code
		}
	}
	maps.Copy(words, usualWords[f])
	for word, code := range p.Values[f] {
		words[wordKey(word)] = code
	}
	return words
}

// wordKey is what two spellings of a word have in common.
func wordKey(s string) string { return grid.WordKey(s) }

// vocabulary looks words of one field up, and remembers how they are spelt: folding is slow, and a
// column holds the same few spellings a million times.
type vocabulary struct {
	words map[string]string
	spelt map[string]string
}

const maxSpelt = 200

func newVocabulary(words map[string]string) *vocabulary {
	return &vocabulary{words: words, spelt: map[string]string{}}
}

// code gives the code of a word.
func (v *vocabulary) code(s string) (string, bool) {
	if code, known := v.spelt[s]; known {
		return code, true
	}
	if len(s) > maxWord {
		return "", false
	}
	code, known := v.words[wordKey(s)]
	if known && len(v.spelt) < maxSpelt {
		v.spelt[s] = code
	}
	return code, known
}
