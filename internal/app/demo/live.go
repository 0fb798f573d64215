// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
)

// months is how much past the story tells, and perWeek how many people come.
const (
	months  = 4
	perWeek = 14
)

// coming is one person's way through the story.
type coming struct {
	n       int // which of the needs, and who she is
	at      time.Time
	first   string
	captor  string // who hears her first
	opening string // where she is received
	commune string
	refer   bool // captor and receiver are of two organisations
	waits   int  // days before the slot offered
	comes   bool
	posture activity.Posture
	outcome activity.Outcome
}

// live tells the past months: people come, are heard, are received or not yet.
func (f *filler) live(ctx context.Context, progress func(done, total int)) error {
	rng := rand.New(rand.NewPCG(44, 207)) // the same story each time
	communes := []string{"44015", "44113", "44195", "44036", "44110", "44128", "44067", "44062", "44051", "44149"}
	captors := []string{"sylvie", "sylvie", "amel", "nadia", "nadia", "yann"}
	total := months * 31 * perWeek / 7
	for i := range total {
		day := f.today.AddDays(-months*31 + 1 + i*7/perWeek)
		c := coming{
			n: rng.IntN(len(f.Needs)), at: day.In(f.zone).Add(time.Duration(9*60+rng.IntN(420)) * time.Minute),
			first: f.FirstNames[rng.IntN(len(f.FirstNames))], captor: captors[rng.IntN(len(captors))],
			opening: []string{"nadia", "nadia", "yann"}[rng.IntN(3)], commune: communes[rng.IntN(len(communes))],
			waits: rng.IntN(12), comes: rng.IntN(10) > 0,
			posture: []activity.Posture{activity.With, activity.With, activity.With, activity.ByPerson, activity.Shown}[rng.IntN(5)],
			outcome: []activity.Outcome{activity.Settled, activity.Settled, activity.Progressed, activity.NotSettled}[rng.IntN(4)],
		}
		if rng.IntN(8) == 0 {
			c.waits += 20 + rng.IntN(25)
		}
		// The receiver hears her own people in her own organisation.
		c.refer = c.captor == "sylvie" || c.captor == "amel"
		if !c.refer {
			c.opening = c.captor
		}
		if c.at.After(clock.System()) {
			continue
		}
		if err := f.tell(ctx, c); err != nil {
			return fmt.Errorf("demo: person %d: %w", i, err)
		}
		progress(i+1, total)
	}
	return nil
}

// tell lives one person's way, at the moments it happened.
func (f *filler) tell(ctx context.Context, c coming) error {
	f.clock.at = c.at
	v, story := f.viewers[c.captor], f.Needs[c.n]
	n := need.Need{
		ID: id.New(), Said: need.Said{Words: story.Words, FirstName: c.first, Contact: "02 61 91 20 10"}, ContactWay: person.ByCall,
		Category: autonomy.Category(story.Category), SubTheme: story.Sub, Risk: autonomy.Risk(story.Risk), EntryWay: "reception", Commune: c.commune,
	}
	if story.Days > 0 {
		n.Deadline = clock.DateOf(c.at).AddDays(story.Days)
	}
	answers := autonomy.Answers{"Q3": c.n % 3, "Q4": (c.n + 1) % 3, "Q5": c.n % 2, "Q6": c.n % 3, "Q8": c.n % 3, "Q9": 1}
	var slot *agenda.Slot
	err := f.rooms.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if n, err = f.rooms.Needs.Capture(ctx, tx, v, n); err != nil {
			return err
		}
		if _, err = f.rooms.Needs.Hold(ctx, tx, v, id.New(), n.ID, autonomy.Conversation{Answers: answers}); err != nil {
			return err
		}
		free, err := f.rooms.Agenda.FreeSlots(ctx, tx, agenda.SlotQuery{
			Openings: []id.ID{f.openings[c.opening].ID}, From: c.at.AddDate(0, 0, c.waits), Limit: 1,
		})
		if len(free) > 0 {
			slot = &free[0]
		}
		return err
	})
	if err != nil || slot == nil {
		return err
	}
	decision := orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.TreatedHere, Family: "side_by_side", Rule: "O5", HerChoice: orientation.Agreed,
		Slot: &orientation.Slot{Opening: slot.Opening, Worker: slot.Worker, Start: slot.Start}, NextStep: f.Next[c.n%len(f.Next)],
	}
	if c.refer {
		decision.Choice, decision.Redirection = orientation.HandedOn, "mediation_numerique"
		decision.Referral = &orientation.NewReferral{
			Recipient: slot.Organisation, RecipientWorker: slot.Worker, Level: orientation.ContactNeed, AgreedHow: person.Oral,
			Sheet: orientation.Liaison{FirstName: c.first, Contact: "02 61 91 20 10", Sentence: story.Words}, ValidDays: orientation.MaxDays,
		}
	}
	done, err := f.rooms.Ways.Decide(ctx, f.rooms.DB, v, decision)
	if err != nil || !slot.End.Before(clock.System()) {
		return err // still to come: it stands in the agenda
	}
	f.clock.at = slot.End
	receiver := f.viewers[c.opening]
	if !c.comes {
		return f.rooms.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
			return f.rooms.Agenda.Mark(ctx, tx, receiver, done.Meeting.Booking, agenda.NoShow)
		})
	}
	var e activity.Entry
	if err := f.rooms.DB.Update(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		e, err = f.rooms.Acts.Defaults(ctx, tx, receiver, done.Meeting.Booking, "", f.zone)
		return err
	}); err != nil {
		return err
	}
	e.Posture, e.Outcome, e.Materials = c.posture, c.outcome, []string{"telephone"}
	if e.Outcome == activity.Settled && story.Category == string(autonomy.Rights) {
		e.RightBecame = need.RightOpened
	}
	e.DidHerself, e.NextStep = f.Did[c.n%len(f.Did)], f.Next[c.n%len(f.Next)]
	e.AgeBand = []string{"soixante_dix_plus", "soixante_soixante_neuf", "quarante_cinquante_neuf"}[c.n%3]
	_, err = f.rooms.Acts.Record(ctx, f.rooms.DB, receiver, e)
	return err
}
