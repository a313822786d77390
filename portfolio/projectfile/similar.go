package projectfile

import (
	"jalon/internal/grid"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	compareRunes = 200 // longer names are compared by their beginning, so that the cost stays bounded
	numbersApart = 60  // ceiling for names whose numbers differ: "lot 1" is not "lot 2"
)

// words that say nothing about which project is meant
var fillers = map[string]bool{"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "l": true, "d": true,
	"et": true, "en": true, "pour": true, "a": true, "au": true, "aux": true, "un": true, "une": true, "the": true, "of": true, "and": true, "for": true, "to": true}

// Similar scores from 0 to 100 how likely two names mean one project. 100: equal once folded. It
// is the best of four views: edit distance, shared words weighted by their length, one name
// contained in the other, an acronym of the other (in brackets or by initials). Names with
// different numbers never pass 60. It is symmetric and deterministic, and only ever a suggestion.
func Similar(a, b string) int { return NewTitle(a).Similar(NewTitle(b)) }

// Similar scores two names that were prepared.
func (t Title) Similar(u Title) int {
	if t.text == "" || u.text == "" {
		return 0
	}
	if t.text == u.text && t.whole == u.whole {
		return 100
	}
	score := max(sharedScore(t.words, u.words), containScore(t, u), acronymScore(t, u))
	if n, m := len(t.letters), len(u.letters); 100*min(n, m)/max(n, m) > score { // else no edit distance can be better
		score = max(score, editScore(t.letters, u.letters))
	}
	if len(t.numbers) > 0 && len(u.numbers) > 0 && !slices.Equal(t.numbers, u.numbers) {
		score = min(score, numbersApart)
	}
	return min(score, 99)
}

// Title is a name prepared for comparison: preparing costs more than comparing, and each is compared with many.
type Title struct {
	whole    string   // folded
	text     string   // folded, at most compareRunes
	letters  []rune   // of text
	words    []string // folded, without fillers, sorted, each once
	numbers  []string // runs of digits, sorted
	initials string   // of the words in their order, fillers left out
	bracket  []string // folded contents of brackets
}

// NewTitle prepares a name.
func NewTitle(name string) Title {
	t := Title{whole: grid.Fold(name)}
	name = truncateRunes(name, compareRunes)
	all := grid.FoldWords(name)
	t.text = strings.Join(all, "")
	t.letters = []rune(t.text)
	for _, w := range all {
		if !fillers[w] {
			t.words = append(t.words, w)
			r, _ := utf8.DecodeRuneInString(w)
			t.initials += string(r)
		}
		t.numbers = append(t.numbers, digitRuns(w)...)
	}
	if len(t.words) == 0 {
		t.words = all
	}
	t.words = slices.Compact(sorted(t.words))
	slices.Sort(t.numbers)
	for rest := name; ; {
		_, after, found := strings.Cut(rest, "(")
		if !found {
			return t
		}
		inner, tail, closed := strings.Cut(after, ")")
		if f := grid.Fold(inner); closed && f != "" {
			t.bracket = append(t.bracket, f)
		}
		rest = tail
	}
}

func sorted(words []string) []string {
	c := slices.Clone(words)
	slices.Sort(c)
	return c
}

func digitRuns(w string) []string {
	return strings.FieldsFunc(w, func(r rune) bool { return !unicode.IsDigit(r) })
}

func truncateRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// editScore is the share of the longer text that need not be edited (Levenshtein distance).
func editScore(x, y []rune) int {
	prev := make([]int, len(y)+1)
	next := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, r := range x {
		next[0] = i + 1
		for j, s := range y {
			cost := 1
			if r == s {
				cost = 0
			}
			next[j+1] = min(prev[j]+cost, prev[j+1]+1, next[j]+1)
		}
		prev, next = next, prev
	}
	longest := max(len(x), len(y))
	return 100 * (longest - prev[len(y)]) / longest
}

// sharedScore is the Dice coefficient of the two sets of words, each word counting its length.
func sharedScore(a, b []string) int {
	both := 0
	for _, w := range a {
		if _, found := slices.BinarySearch(b, w); found {
			both += utf8.RuneCountInString(w)
		}
	}
	return 100 * 2 * both / max(1, runes(a)+runes(b))
}

func runes(words []string) int {
	n := 0
	for _, w := range words {
		n += utf8.RuneCountInString(w)
	}
	return n
}

// containScore is for a name that is part of the other, word by word: "NEXSIS" and "NexSIS
// version 1". 75 plus up to 20 by the share that is covered.
func containScore(a, b Title) int {
	short, long := a, b
	if runes(short.words) > runes(long.words) {
		short, long = long, short
	}
	if runes(short.words) < 3 {
		return 0
	}
	for _, w := range short.words {
		if _, found := slices.BinarySearch(long.words, w); !found {
			return 0
		}
	}
	return 75 + 20*runes(short.words)/max(1, runes(long.words))
}

// acronymScore is for "ENS" and "Espace numérique en santé (ENS)": 95 by the brackets, 85 by the
// initials. Acronyms of fewer than three letters say too little.
func acronymScore(a, b Title) int {
	best := 0
	for _, p := range [][2]Title{{a, b}, {b, a}} {
		short, long := p[0], p[1]
		if utf8.RuneCountInString(short.text) >= 2 && slices.Contains(long.bracket, short.text) {
			best = max(best, 95)
		}
		if utf8.RuneCountInString(short.text) >= 3 && short.text == long.initials {
			best = max(best, 85)
		}
	}
	for _, inner := range a.bracket {
		if len(inner) >= 3 && slices.Contains(b.bracket, inner) {
			best = max(best, 90)
		}
	}
	return best
}
