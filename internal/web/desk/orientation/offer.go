// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/territory"
	"escale/internal/web"
	"escale/internal/web/atlas"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// How many real places are shown: enough to choose, few enough to read aloud.
const (
	slotsShown  = 3 // of one place
	placesShown = 4 // of partners
	nearLooked  = 12
)

// offer is all that can be proposed for one need, now.
type offer struct {
	need         need.Need
	talk         *need.Held
	orientations int
	tracks       []Track
	others       []network.Organisation // those that agreed to be seen, the nearest first
	hers         bool                   // no rule leads: whatever she chooses is what was proposed
}

// Track (piste) is one thing to propose: a rule's suggestion, or a partner's place.
type Track struct {
	Title   string
	Chip    *shared.Chip
	Meta    string
	Reasons []string
	But     []string // what to keep to
	Steps   []string
	Rule    string // the rule in clear text
	Choices []Choice
}

// Choice is one answer she can give: a real slot, or a way without one.
type Choice struct {
	Value, Title, Small string
	Checked             bool

	rule   string
	family autonomy.Family
	leads  bool
	slot   *agenda.Slot
	place  network.Place
	with   string // who receives
	date   string
}

// elsewhere is the answer of who goes to an organisation without a slot here.
const elsewhere = "ailleurs"

// first is the first real place proposed; nil when there is none.
func (o *offer) first() *Choice {
	for i := range o.tracks {
		for j := range o.tracks[i].Choices {
			if c := &o.tracks[i].Choices[j]; c.slot != nil {
				return c
			}
		}
	}
	return nil
}

// find gives the choice of that value, nil when it is no longer there.
func (o *offer) find(value string) *Choice {
	for i := range o.tracks {
		for j := range o.tracks[i].Choices {
			if c := &o.tracks[i].Choices[j]; c.Value == value {
				return c
			}
		}
	}
	return nil
}

// offer gathers the suggestions and the slots that are free now.
func (p pages) offer(r *web.Request, page *shared.Page, needID id.ID) (*offer, error) {
	places, err := p.Atlas.Current(r.Context())
	if err != nil {
		return nil, err
	}
	o := &offer{}
	err = p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) error {
		*o = offer{} // the gesture may run again
		if err := p.facts(ctx, tx, r, o, needID); err != nil {
			return err
		}
		talk := autonomy.Conversation{}
		if o.talk != nil {
			talk = o.talk.Talk
		}
		advice, err := autonomy.Advise(o.need.Facts(talk, o.orientations, desk.Today(page)))
		if err != nil {
			return err
		}
		s := slotter{pages: p, page: page, own: r.Viewer.Organisation(), names: map[id.ID]string{}}
		own, err := s.here(ctx, tx)
		if err != nil {
			return err
		}
		manners := o.suggest(page, advice, own)
		near := HeldNear(places, cmp.Or(o.need.Commune, s.commune), nearLooked)
		if err := s.partners(ctx, tx, o, near, advice); err != nil {
			return err
		}
		o.tracks = append(o.tracks, manners...)
		o.others, err = others(ctx, tx, s.own, near)
		return err
	})
	return o, err
}

func (p pages) facts(ctx context.Context, tx db.Tx, r *web.Request, o *offer, needID id.ID) (err error) {
	if o.need, err = p.Needs.Read(ctx, tx, r.Viewer, needID); err != nil {
		return err
	}
	talks, err := p.Needs.Conversations(ctx, tx, r.Viewer, needID)
	if err != nil {
		return err
	}
	if len(talks) > 0 {
		o.talk = &talks[0]
	}
	o.orientations, err = p.Ways.Orientations(ctx, tx, r.Viewer, needID)
	return err
}

// suggest lays out every suggestion, with the own slots under the first that is
// done here. Manners of helping have nothing to choose: they go with whatever she
// chooses, and are given back to be shown last.
func (o *offer) suggest(page *shared.Page, advice autonomy.Advice, own []Choice) (manners []Track) {
	placed := false
	for _, s := range advice.Suggestions {
		o.hers = o.hers || (s.Family == autonomy.HerChoice && s.Lead)
		if s.Family == autonomy.HerChoice && len(advice.Suggestions) > 1 {
			continue // said below the tracks, as an answer of its own
		}
		t := Track{Title: page.M(s.Title), Chip: chipOf(page, s), Rule: page.T("offer.rule", "rule", s.Plain, "n", s.RuleVersion)}
		for _, m := range s.Reasons {
			t.Reasons = append(t.Reasons, page.M(m))
		}
		for _, c := range s.Constraints {
			t.But = append(t.But, page.M(c.Message))
		}
		for _, step := range s.Steps {
			t.Steps = append(t.Steps, page.M(step.Message))
		}
		if doneHere(s) && !s.Refused {
			if !placed {
				t.Meta, t.Choices = meta(page, own), slices.Clone(own)
				placed = true
			}
			t.Choices = append(t.Choices, Choice{Value: s.Rule, Title: page.T("offer.without." + string(s.Destination)), Small: page.T("offer.without.small." + string(s.Destination))})
		}
		if s.Destination == autonomy.ToSocial {
			t.Meta = page.T("offer.relay")
		}
		for i := range t.Choices {
			t.Choices[i].rule, t.Choices[i].family, t.Choices[i].leads = s.Rule, s.Family, s.Lead
		}
		if s.Destination == autonomy.MannerOfDoing {
			manners = append(manners, t)
			continue
		}
		o.tracks = append(o.tracks, t)
	}
	if !placed { // no rule is about here: it stays possible
		choices := append(slices.Clone(own), Choice{Value: string(autonomy.Here), Title: page.T("offer.without.here"), Small: page.T("offer.without.small.here")})
		o.tracks = append(o.tracks, Track{Title: page.T("offer.here"), Meta: meta(page, own), Choices: choices})
	}
	return manners
}

// doneHere reports whether the helper's own organisation can do what s proposes.
func doneHere(s autonomy.Suggestion) bool {
	return s.Destination == autonomy.Here || s.Destination == autonomy.ToDedicated || s.Destination == autonomy.ToOpenResource
}

func chipOf(page *shared.Page, s autonomy.Suggestion) *shared.Chip {
	chip := page.Chip("", "autonomy.destination."+string(s.Destination))
	switch {
	case s.Refused:
		chip = page.Chip("non", "offer.refused")
	case s.Lead:
		chip = page.Chip("oui", "offer.lead")
	case s.Destination == autonomy.ToSocial:
		chip.Kind = "cours"
	}
	return &chip
}

// meta says where, with whom and how long the slots are.
func meta(page *shared.Page, own []Choice) string {
	if len(own) == 0 {
		return page.T("offer.no_slot")
	}
	c := own[0]
	return page.T("offer.meta", "place", c.place.Name, "commune", c.place.CommuneName, "who", c.with, "minutes", c.minutes())
}

func (c Choice) minutes() int { return int(c.slot.End.Sub(c.slot.Start).Minutes()) }

// slotter finds slots and says them.
type slotter struct {
	pages
	page    *shared.Page
	own     id.ID
	commune string           // of the organisation's first opening
	names   map[id.ID]string // of workers
}

// here gives the first free slots of the helper's own organisation.
func (s *slotter) here(ctx context.Context, tx db.Tx) ([]Choice, error) {
	openings, err := s.Agenda.Openings(ctx, tx, s.own)
	if err != nil || len(openings) == 0 {
		return nil, err
	}
	ids := make([]id.ID, len(openings))
	for i, o := range openings {
		ids[i] = o.ID
	}
	first, err := network.ShownPlace(ctx, tx, openings[0].Place)
	if err != nil {
		return nil, err
	}
	s.commune = first.Commune
	free, err := s.Agenda.FreeSlots(ctx, tx, agenda.SlotQuery{Openings: ids, Limit: slotsShown})
	if err != nil {
		return nil, err
	}
	choices := make([]Choice, 0, len(free))
	for _, slot := range free {
		place, err := network.ShownPlace(ctx, tx, slot.Place)
		if err != nil {
			return nil, err
		}
		c, err := s.choice(ctx, tx, slot, place)
		if err != nil {
			return nil, err
		}
		choices = append(choices, c)
	}
	s.withWhom(choices)
	return choices, nil
}

// withWhom adds to each slot who receives, when it is not always the same person.
func (s *slotter) withWhom(choices []Choice) {
	if !slices.ContainsFunc(choices, func(c Choice) bool { return c.with != choices[0].with }) {
		return
	}
	for i := range choices {
		choices[i].Small = s.page.T("offer.slot", "day", choices[i].Small, "who", choices[i].with)
	}
}

// choice says a slot: its hour, and its day with who receives.
func (s *slotter) choice(ctx context.Context, tx db.Tx, slot agenda.Slot, place network.Place) (Choice, error) {
	name, ok := s.names[slot.Worker]
	if !ok {
		w, err := network.GetWorker(ctx, tx, slot.Worker)
		if err != nil {
			return Choice{}, err
		}
		name = w.Name
		s.names[slot.Worker] = name
	}
	date, hour := desk.Moment(slot.Start, slot.Zone)
	at, err := s.page.Hour(hour)
	if err != nil {
		return Choice{}, err
	}
	day, err := s.page.Day(date)
	if err != nil {
		return Choice{}, err
	}
	short := day
	switch date.Sub(desk.Today(s.page)) {
	case 0:
		short = s.page.T("capture.today")
	case 1:
		short = s.page.T("capture.tomorrow")
	}
	return Choice{
		Value: fmt.Sprintf("%s.%s.%d", slot.Opening, slot.Worker, slot.Start.UnixMilli()),
		Title: at, Small: short, slot: &slot, place: place, with: name, date: day,
	}, nil
}

// partners adds the places of other organisations where a helper may book, the
// nearest first.
func (s *slotter) partners(ctx context.Context, tx db.Tx, o *offer, near []atlas.Found, advice autonomy.Advice) error {
	relay := autonomy.Suggestion{}
	for _, a := range advice.Suggestions {
		if a.Family == autonomy.SocialRelay && !a.Refused {
			relay = a
		}
	}
	shown := 0
	for _, f := range near {
		card := f.Place.Card
		if card.Organisation == s.own || shown == placesShown {
			continue
		}
		free, err := s.Agenda.FreeSlots(ctx, tx, agenda.SlotQuery{
			Places: []id.ID{card.ID}, WhoBooks: []string{agenda.ByPartners, agenda.ByAnyone}, Limit: slotsShown,
		})
		if err != nil {
			return err
		}
		if len(free) == 0 {
			continue
		}
		shown++
		chip := s.page.Chip("cours", "offer.partner")
		t := Track{Title: s.page.T("offer.partner.title", "place", card.Name, "commune", f.Place.Town), Chip: &chip}
		for _, slot := range free {
			c, err := s.choice(ctx, tx, slot, card)
			if err != nil {
				return err
			}
			c.rule, c.family, c.leads = relay.Rule, relay.Family, relay.Lead
			t.Choices = append(t.Choices, c)
		}
		s.withWhom(t.Choices)
		t.Meta = s.page.T("offer.meta.partner", "far", atlas.Capital(f.Distance(s.page)), "who", t.Choices[0].with, "minutes", t.Choices[0].minutes())
		o.tracks = append(o.tracks, t)
	}
	return nil
}

// How far, in kilometres as the crow flies, and among how many places at most a
// partner is looked for: farther is no place to send someone to.
const (
	nearKm    = 60
	nearCards = 2000
)

// HeldNear gives up to n places that an organisation of the network holds, the
// nearest to the commune first; none when nobody knows where that is.
func HeldNear(s *atlas.Snapshot, commune string, n int) []atlas.Found {
	c, ok := territory.ByCode(commune)
	where := atlas.Where{Commune: &c}
	if !ok || where.Near() == nil {
		return nil
	}
	found := s.Search(atlas.Request{Near: where.Near(), RadiusKm: nearKm, Limit: nearCards})
	if found.Beyond {
		return nil
	}
	held := slices.DeleteFunc(found.Found, func(f atlas.Found) bool { return f.Place.Card.Organisation == "" })
	return held[:min(n, len(held))]
}

// others lists the organisations that agreed to be seen by the whole network,
// those with a place near first.
func others(ctx context.Context, tx db.Tx, own id.ID, near []atlas.Found) ([]network.Organisation, error) {
	all, err := network.Organisations(ctx, tx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(o network.Organisation) bool { return !o.Listed || o.ID == own })
	rank := func(o network.Organisation) int {
		i := slices.IndexFunc(near, func(f atlas.Found) bool { return f.Place.Card.Organisation == o.ID })
		if i < 0 {
			return len(near)
		}
		return i
	}
	slices.SortStableFunc(all, func(a, b network.Organisation) int { return cmp.Compare(rank(a), rank(b)) })
	return all, nil
}

// Date is the day of the slot, for her sheet.
func (c Choice) Date() string { return atlas.Capital(c.date) }

// Where is the place with its address, for her sheet.
func (c Choice) Where() string {
	return desk.Address(c.place.Name, c.place.Address, c.place.CommuneName)
}

// With is who receives.
func (c Choice) With() string { return c.with }

// Phone is where to call when she cannot come, E.164.
func (c Choice) Phone() string { return cmp.Or(c.place.BookingPhone, c.place.Phone) }
