// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"slices"
	"strings"
)

// Exactness says how a commune answers what was typed, the best first.
type Exactness uint8

// The ways a commune can answer, the best first.
const (
	Exact       Exactness = iota // the whole name or code, accents, articles and hyphens aside
	Prefix                       // the name or postal code begins so
	Word                         // a later word of the name begins so (herblain), or short words are missing
	Loose                        // only once the articles typed are left out: le Pornic
	Typo                         // the whole name but for one letter
	TypoInStart                  // a beginning of the name or of a word, but for one letter
)

// Match is a commune that answers a search.
type Match struct {
	Commune
	How Exactness
	// Via is the old name, or the name of an arrondissement, that answered when
	// the commune's own did not.
	Via string
}

// Search finds communes as people type them: with or without accents, capitals,
// hyphens and articles, "st" or "ste" for saint, the beginning of a name or of
// one of its words, the name of a commune merged or renamed since, a postal or
// INSEE code or its beginning, a name with a postal code or department beside
// it ("Saint-Denis 974", "44000 Nantes cedex 1"), and one wrong, missing, extra
// or swapped letter. The most exact come first, then names of today before old
// ones, then the most populated; at most limit.
func Search(query string, limit int) []Match {
	if limit <= 0 {
		return nil
	}
	x := theIndex()
	words := strings.Fields(spell(query))
	if cedex := slices.Index(words, "cedex"); cedex > 0 {
		words = words[:cedex]
	}
	if len(words) == 0 {
		return nil
	}
	if len(words) == 1 && isCode(words[0]) {
		return x.byCode(strings.ToUpper(words[0]), limit)
	}
	found := newBest(limit)
	x.byName(words, found)
	if name, place := splitPlace(words); len(found.hits) == 0 && place != "" && len(name) > 0 {
		words, found.keep = name, func(c *Commune) bool { return isIn(c, place) }
		x.byName(words, found)
	}
	if len(found.hits) < limit && !found.hasExact() {
		x.typos(strings.Join(words, " "), found)
	}
	return x.matches(found)
}

// isCode reports whether word can only be (the beginning of) a postal or INSEE code.
func isCode(word string) bool {
	if len(word) < 2 || len(word) > 5 {
		return false
	}
	for i := range len(word) {
		corsica := i == 1 && word[0] == '2' && (word[1] == 'a' || word[1] == 'b')
		if (word[i] < '0' || word[i] > '9') && !corsica {
			return false
		}
	}
	return true
}

// splitPlace takes the code typed before or after a name, if any.
func splitPlace(words []string) (name []string, place string) {
	last := len(words) - 1
	switch {
	case isCode(words[last]):
		return words[:last], strings.ToUpper(words[last])
	case isCode(words[0]):
		return words[1:], strings.ToUpper(words[0])
	}
	return words, ""
}

func isIn(c *Commune, place string) bool {
	return c.Department == place || strings.HasPrefix(c.Code, place) ||
		slices.ContainsFunc(c.PostalCodes, func(p string) bool { return strings.HasPrefix(p, place) })
}

// byCode finds communes by an INSEE code, a postal code or its beginning, or the
// code of a department.
func (x *index) byCode(code string, limit int) []Match {
	a := x.atlas
	var out []Match
	if at, ok := a.byCode[code]; ok {
		c := a.communes[at]
		m := Match{Commune: c, How: Exact}
		if c.Code != code {
			m.Via = x.formerName(code)
		}
		out = append(out, m)
	}
	found := newBest(limit)
	for _, commune := range a.inDepartment[code] {
		x.offer(found, Prefix, x.entryOf[commune])
	}
	for at, _ := slices.BinarySearchFunc(a.postal, code, comparePostal); at < len(a.postal); at++ {
		p := a.postal[at]
		if !strings.HasPrefix(p.code, code) {
			break
		}
		how := Prefix
		if p.code == code {
			how = Exact
		}
		for _, commune := range p.communes {
			x.offer(found, how, x.entryOf[commune])
		}
	}
	for _, m := range x.matches(found) {
		if len(out) < limit && (len(out) == 0 || m.Code != out[0].Code) {
			out = append(out, m)
		}
	}
	return out
}

func (x *index) formerName(code string) string {
	formers := x.atlas.formers
	at, ok := slices.BinarySearchFunc(formers, code, func(f former, code string) int { return strings.Compare(f.code, code) })
	if !ok {
		return ""
	}
	return formers[at].name
}

// hit is an entry that answers, and how well: the smaller, the better. The
// entry is the low half of the score, so that equals rank as entries do.
type hit struct {
	score   uint64
	commune int32
}

// best keeps the few best hits, one for each commune.
type best struct {
	limit int
	keep  func(*Commune) bool // nil keeps all
	hits  []hit               // by score
}

func newBest(limit int) *best { return &best{limit: limit} }

func (b *best) hasExact() bool {
	return len(b.hits) > 0 && Exactness(b.hits[0].score>>32) == Exact
}

// wants reports whether a hit of that score would be kept, its commune aside.
func (b *best) wants(score uint64) bool {
	return len(b.hits) < b.limit || score < b.hits[len(b.hits)-1].score
}

func (x *index) offer(b *best, how Exactness, entry uint32) {
	score := uint64(how)<<32 | uint64(entry)
	if !b.wants(score) {
		return
	}
	commune := x.entries[entry].commune
	if b.keep != nil && !b.keep(&x.atlas.communes[commune]) {
		return
	}
	if already := slices.IndexFunc(b.hits, func(h hit) bool { return h.commune == commune }); already >= 0 {
		if b.hits[already].score <= score {
			return
		}
		b.hits = slices.Delete(b.hits, already, already+1)
	} else if len(b.hits) == b.limit {
		b.hits = b.hits[:b.limit-1]
	}
	at := len(b.hits)
	for at > 0 && b.hits[at-1].score > score {
		at--
	}
	b.hits = slices.Insert(b.hits, at, hit{score, commune})
}

func (x *index) matches(b *best) []Match {
	out := make([]Match, len(b.hits))
	for i, h := range b.hits {
		entry := x.entries[uint32(h.score)]
		out[i] = Match{Commune: x.atlas.communes[h.commune], How: Exactness(h.score >> 32), Via: entry.via}
	}
	return out
}
