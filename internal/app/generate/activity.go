// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"slices"
	"strconv"
	"time"

	"escale/internal/kit/id"
	"escale/internal/person"
)

// visit is one activity being invented.
type visit struct {
	moment
	id       id.ID
	worker   mediator
	at       int64 // epoch milliseconds
	presence int
	who      face // the person, when she came alone and has a file
	group    []id.ID
	posture  string
	outcome  string
	need     id.ID
	mandate  id.ID
}

// activity invents one activity with whoever came, her need and her mandate.
func (g *generator) activity(h *house, m moment) {
	v := visit{moment: m, worker: h.workers[m.worker], presence: 1}
	v.at = m.day.In(h.zone).Add(time.Duration(m.minute) * time.Minute).UnixMilli()
	v.posture, v.outcome = like.Postures.draw(g.r), like.Outcomes.draw(g.r)
	minutes := like.Minutes
	switch {
	case g.chance(groupShare):
		g.group(h, &v)
		minutes = like.WorkshopMinutes
	case g.chance(namedAlone):
		v.who = g.someone(h, v.worker, m.day, v.at)
	}
	if v.presence == 1 {
		g.need(h, &v)
	}
	if v.posture == "for" {
		g.mandate(h, &v)
	}
	v.id = g.newID()
	g.sum.Activities++
	g.sum.Accompaniments += v.presence
	length, _ := strconv.ParseInt(minutes.draw(g.r), 10, 64) // shape.json holds numbers; a test reads them
	kind, place, commune := g.where(h)
	themes, procedures := g.themes()
	gender, status, band := person.Unsaid, person.Unsaid, person.Unsaid
	if v.who.id != "" {
		gender, status, band = v.who.gender, v.who.status, person.AgeBand(v.who.born, v.day)
	}
	var reason any
	if v.mandate != "" {
		reason = like.ForReasons.draw(g.r)
	}
	g.out.add(activities, string(v.id), string(h.id), string(v.worker.id), v.worker.volunteer, v.at, v.day.String(),
		v.at+length*int64(time.Minute/time.Millisecond), length, v.posture, reason, orNull(v.mandate), v.outcome, kind, orNull(place), commune,
		themes, procedures, "[]", `["`+like.Materials.draw(g.r)+`"]`, like.Autonomies.draw(g.r), "", "[]", band, gender, status,
		orNull(v.who.id), orNull(v.need), "", int64(v.presence))
	for _, p := range v.group {
		g.out.add(participants, string(v.id), string(p), string(h.id))
	}
}

// group gathers the people of a workshop, each once.
func (g *generator) group(h *house, v *visit) {
	v.presence = groupLeast
	for range groupMore {
		if g.chance(seatTaken) {
			v.presence++
		}
	}
	for range v.presence {
		if !g.chance(namedInGroup) {
			continue
		}
		if p := g.someone(h, v.worker, v.day, v.at); !slices.Contains(v.group, p.id) {
			v.group = append(v.group, p.id)
		}
	}
}

// need invents what someone who came alone came with, most often said some days
// before; and, now and then, a need that nobody has met.
func (g *generator) need(h *house, v *visit) {
	switch {
	case g.chance(0.45):
	case g.chance(0.09):
		g.noted(h, v, "", "open")
		return
	default:
		return
	}
	status := map[string]string{"settled": "settled", "referred": "referred", "stopped_by_choice": "stopped"}[v.outcome]
	if status == "" {
		status = "open"
	}
	v.need = g.noted(h, v, v.who.id, status)
}

func (g *generator) noted(h *house, v *visit, who id.ID, status string) id.ID {
	need := g.newID()
	g.sum.Needs++
	noted := v.at - g.wait()
	commune := h.home.Code
	if v.who.id != "" {
		commune = v.who.commune
	}
	category := like.Categories.draw(g.r)
	var outcome, became, closed any
	if status == "settled" || status == "stopped" {
		outcome, closed = v.outcome, v.at
		if category == "rights" && status == "settled" {
			became = "opened"
		}
	}
	g.out.add(needs, string(need), string(h.id), string(v.worker.id), noted, noted, orNull(who), like.ContactWays.draw(g.r), false, category, "", "",
		like.EntryWays.draw(g.r), commune, "[]", status, outcome, became, closed, int64(1))
	return need
}

// wait is from the need to its meeting, in milliseconds: often the same day,
// some nine days on average otherwise, more than a month for a few.
func (g *generator) wait() int64 {
	const day = 24 * 60 * 60 * 1000
	switch {
	case g.chance(0.35):
		return 0
	case g.chance(0.07):
		return day * int64(31+g.r.IntN(60))
	default:
		return day * int64(min(30, 1+int(g.r.ExpFloat64()*9)))
	}
}

// mandate invents the mandate of a « fait pour », which needs someone who has a
// file and a helper who is no volunteer; otherwise it was done with her.
func (g *generator) mandate(h *house, v *visit) {
	if v.who.id == "" || v.worker.volunteer {
		v.posture = "with"
		return
	}
	const days = 31
	v.mandate = g.newID()
	g.sum.Mandates++
	g.out.add(mandates, string(v.mandate), string(h.id), string(v.worker.id), string(v.who.id), `["social_sante"]`, v.day.String(), int64(days),
		v.day.AddDays(days).String(), "present", "fr", v.at)
}

// where is the kind of place, the place itself or the commune.
func (g *generator) where(h *house) (kind string, place id.ID, commune string) {
	switch kind = like.PlaceKinds.draw(g.r); kind {
	case "lieu_activite":
		return kind, h.place, ""
	case "a_distance":
		return kind, "", ""
	default:
		return kind, "", h.near.draw(g.r).Code
	}
}

// themes are one to three themes, and a procedure where there is one.
func (g *generator) themes() (themes, procedures string) {
	list := []string{like.Themes.draw(g.r)}
	for len(list) < 3 && g.chance(0.3) {
		if t := like.Themes.draw(g.r); !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	procedures = "[]"
	if slices.Contains(list, "aide_aux_demarches_administratives") {
		procedures = `["` + like.Procedures.draw(g.r) + `"]`
	}
	themes = `["` + list[0]
	for _, t := range list[1:] {
		themes += `","` + t
	}
	return themes + `"]`, procedures
}

func orNull(i id.ID) any {
	if i == "" {
		return nil
	}
	return string(i)
}
