// SPDX-License-Identifier: Apache-2.0

package network

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// PlaceView is the card of a place, to be written, and its story.
type PlaceView struct {
	*shared.Page
	Place    room.Place
	New      bool
	Action   string // address the form is sent to
	Holder   shared.Choices
	Sections []PlaceSection
	Labels   []LabelForm
	Stale    bool
	Verified string // who checked the card last and when, or that nobody did
	Public   string // its public page, when it has one
	Merged   shared.Link
	Sources  *shared.Table
	Manual   []string // the fields written by hand, in words
	Merges   []Act
}

// PlaceSection is a group of fields.
type PlaceSection struct {
	ID, Title string
	Controls  []Control
}

// Act is a merge of the card's story.
type Act struct{ ID, Text, Undone string }

// placeView makes the form of s. A zero Sheet is that of a new place.
func (p pages) placeView(r *web.Request, page *shared.Page, s Sheet) (PlaceView, error) {
	v := PlaceView{Page: page, Place: s.Place, New: s.Place.ID == "", Action: placesPath}
	organisations, err := p.Tree.Organisations(r.Context())
	if err != nil {
		return v, err
	}
	holders := parents(v.Page, visible(r.Viewer, organisations), s.Place.Organisation, "")
	holders[0].Label = v.T("network.place.structure.none")
	if v.Holder, err = v.Radios("structure", "network.place.structure", holders); err != nil {
		return v, err
	}
	for _, sec := range sections {
		ps := PlaceSection{ID: "s-" + sec.name, Title: v.T("network.section." + sec.name)}
		for _, in := range sec.inputs {
			c, err := in.control(v.Page, &s.Place)
			if err != nil {
				return v, err
			}
			ps.Controls = append(ps.Controls, c)
		}
		v.Sections = append(v.Sections, ps)
	}
	if v.Labels, err = labelForms(v.Page, &s.Place); err != nil || v.New {
		return v, err
	}
	v.Action = placesPath + "/" + string(s.Place.ID)
	v.Stale = s.Place.Stale(today(v.Page))
	if s.Place.Public && s.Place.Status == room.Active && s.Place.MergedInto == "" {
		v.Public = "/lieux/" + string(s.Place.ID)
	}
	return v, v.story(s)
}

// story tells who checked the card, where it was read, what was written by hand,
// and which cards were brought together.
func (v *PlaceView) story(s Sheet) error {
	v.Verified = v.T("network.places.never_verified")
	if !s.Place.VerifiedOn.IsZero() {
		on, err := v.Date(s.Place.VerifiedOn)
		if err != nil {
			return err
		}
		v.Verified = v.T("network.place.verified", "day", on, "name", cmp.Or(s.VerifiedBy, v.T("network.someone")))
	}
	for _, key := range s.Place.Manual {
		v.Manual = append(v.Manual, v.fieldName(key))
	}
	if len(s.Sources) > 0 {
		t := shared.Table{Caption: v.T("network.sources"), Hidden: true, Wide: true, Head: []shared.Cell{
			{Text: v.T("network.source.name")}, {Text: v.T("network.source.id")}, {Text: v.T("network.source.read")},
		}}
		for _, src := range s.Sources {
			on, err := v.Date(src.ReadAt)
			if err != nil {
				return err
			}
			t.Rows = append(t.Rows, []shared.Cell{{Text: src.Source}, {Text: src.SourceID}, {Text: on}})
		}
		v.Sources = &t
	}
	if into := s.Place.MergedInto; into != "" {
		v.Merged = shared.Link{Path: placesPath + "/" + string(into), Text: cmp.Or(s.Names[into], v.T("network.place.other"))}
	}
	for _, m := range s.Merges {
		on, err := v.Date(m.At)
		if err != nil {
			return err
		}
		act := Act{ID: string(m.ID), Text: v.T("network.merge.said", "absorbed", s.Names[m.Absorbed], "survivor", s.Names[m.Survivor], "day", on)}
		if !m.UndoneAt.IsZero() {
			undone, err := v.Date(m.UndoneAt)
			if err != nil {
				return err
			}
			act.Undone = v.T("network.merge.undone", "day", undone)
		}
		v.Merges = append(v.Merges, act)
	}
	return nil
}

// fieldName is the name of a card's field, by its key in the room: the national
// schema's. A field that the form does not have is named by that key.
func (v *PlaceView) fieldName(key string) string {
	if words := "network.field." + key; v.Knows(words) {
		return v.T(words)
	}
	return key
}

func (p pages) showNewPlace(r *web.Request) (web.Response, error) {
	v, err := p.placeView(r, r.Page(), Sheet{Place: room.Place{Status: room.Active, Public: true, Organisation: r.Viewer.Organisation()}})
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.place, v)
}

func (p pages) showPlace(r *web.Request) (web.Response, error) {
	place, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	s, err := p.Places.Sheet(r.Context(), place)
	if err != nil {
		return web.Response{}, err
	}
	v, err := p.placeView(r, r.Page(), s)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.place, v)
}

// againPlace shows the form of a card with what must be looked at again.
func (p pages) againPlace(r *web.Request, s Sheet, err error) (web.Response, error) {
	v, failed := p.placeView(r, r.Page(), s)
	if failed != nil {
		return web.Response{}, failed
	}
	if v.Review(err) {
		return web.Show(p.place, v)
	}
	return web.Response{}, err
}

func (p pages) addPlace(r *web.Request) (web.Response, error) {
	card := room.Place{ID: r.Key()}
	card.Organisation, _ = r.FormID("structure") // nothing there is nobody
	err := fill(r, &card)
	if err == nil {
		_, err = p.Places.AddPlace(r.Context(), r.Viewer, card)
		err = refusal(sentTwice(err, "place"), "structure")
	}
	if err != nil {
		return p.againPlace(r, Sheet{Place: room.Place{Organisation: card.Organisation}}, err)
	}
	return web.Done(placesPath+"/"+string(card.ID), "network.done.place_added"), nil
}

func (p pages) editPlace(r *web.Request) (web.Response, error) {
	s, err := p.sheetOf(r)
	if err != nil {
		return web.Response{}, err
	}
	yours := s.Place
	yours.Organisation, _ = r.FormID("structure") // nothing there is nobody
	yours.Version, err = strconv.ParseInt(r.Form("version"), 10, 64)
	if err != nil {
		return web.Response{}, errors.Join(db.ErrStale, err)
	}
	if err = fill(r, &yours); err == nil {
		err = refusal(p.Places.EditPlace(r.Context(), r.Viewer, yours), "structure")
	}
	switch {
	case errors.Is(err, db.ErrStale):
		return web.Response{}, p.stalePlace(r, yours, err)
	case err != nil:
		return p.againPlace(r, s, err)
	}
	return web.Done(placesPath+"/"+string(yours.ID), "network.done.place_edited"), nil
}

// sheetOf reads the card of the path.
func (p pages) sheetOf(r *web.Request) (Sheet, error) {
	place, err := r.ID("id")
	if err != nil {
		return Sheet{}, err
	}
	return p.Places.Sheet(r.Context(), place)
}

// stalePlace shows both versions of a card that someone else changed.
func (p pages) stalePlace(r *web.Request, yours room.Place, err error) error {
	s, failed := p.Places.Sheet(r.Context(), yours.ID)
	if failed != nil {
		return errors.Join(err, failed)
	}
	stale := &web.Stale{Back: placesPath + "/" + string(yours.ID)}
	add := func(key, y, t string) {
		if y != t {
			stale.Fields = append(stale.Fields, web.StaleField{Label: text.Msg(key), Yours: y, Theirs: t})
		}
	}
	each(func(in input) {
		add("network.place."+in.name+".label", strings.Join(in.get(&yours), ", "), strings.Join(in.get(&s.Place), ", "))
	})
	add("network.labels", labelWords(yours.Labels), labelWords(s.Place.Labels))
	return stale
}

func (p pages) verifyPlace(r *web.Request) (web.Response, error) {
	place, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	version, err := strconv.ParseInt(r.Form("version"), 10, 64)
	if err != nil {
		return web.Response{}, errors.Join(db.ErrStale, err)
	}
	err = refusal(p.Places.Verify(r.Context(), r.Viewer, place, version, today(r.Page())), "structure")
	if errors.Is(err, db.ErrStale) {
		// What was checked is not what the card says now: it must be read again.
		return web.Response{}, &web.Stale{Back: placesPath + "/" + string(place)}
	}
	if err != nil {
		return p.refusedPlace(r, place, err)
	}
	return web.Done(placesPath+"/"+string(place), "network.done.verified"), nil
}

func (p pages) splitPlace(r *web.Request) (web.Response, error) {
	place, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	act, ok := r.FormID("acte")
	if !ok {
		return web.Response{}, db.ErrNotFound
	}
	if err := refusal(p.Places.Split(r.Context(), r.Viewer, act), "structure"); err != nil {
		return p.refusedPlace(r, place, err)
	}
	return web.Done(placesPath+"/"+string(place), "network.done.split"), nil
}

// refusedPlace shows the card as it is, with why a gesture on it was refused.
func (p pages) refusedPlace(r *web.Request, place id.ID, err error) (web.Response, error) {
	s, failed := p.Places.Sheet(r.Context(), place)
	if failed != nil {
		return web.Response{}, errors.Join(err, failed)
	}
	// The gesture was another form's: this one shows the card, not its answers.
	page := r.Page()
	page.Posted, page.Values = false, nil
	v, failed := p.placeView(r, page, s)
	if failed != nil {
		return web.Response{}, failed
	}
	if v.Review(err) {
		return web.Show(p.place, v)
	}
	return web.Response{}, err
}
