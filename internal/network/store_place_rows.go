// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

type placeRow struct {
	bun.BaseModel                                 `bun:"table:place"`
	ID                                            id.ID `bun:",pk"`
	OrganisationID, MergedInto                    ref
	Status                                        Status
	Public                                        bool
	Name, Pivot, Commune, CommuneName, PostalCode string
	Address, AddressMore                          string
	Latitude, Longitude                           *float64
	Kinds                                         list[string] `bun:"type:text"`
	Phone                                         string
	Emails, Websites                              list[string] `bun:"type:text"`
	Hours, Summary, Detail, Source                string
	Roaming                                       list[string] `bun:"type:text"`
	Parent                                        string
	UpdatedOn                                     clock.Date
	Services, Publics, Needs, Fees, Programmes    list[string] `bun:"type:text"`
	Trainings, OtherLabels, Access, Modes         list[string] `bun:"type:text"`
	AccessibilityURL, BookingURL, BookingPhone    string
	Can, Cannot                                   list[Sentence] `bun:"type:text"`
	ConfidentialRoom, Bring, Enter, Arrive        string
	VerifiedOn                                    clock.Date
	VerifiedBy                                    ref
	ManualFields                                  list[string] `bun:"type:text"`
	CreatedAt, ChangedAt                          db.Time
	Version                                       int64
}

type labelRow struct {
	bun.BaseModel       `bun:"table:place_label"`
	ID                  id.ID `bun:",pk"`
	PlaceID             id.ID
	Label, Holder       string
	State               LabelState
	FromDate, UntilDate clock.Date
	Proof               string
}

func rowOfPlace(p Place) placeRow {
	r := placeRow{
		ID: p.ID, OrganisationID: ref(p.Organisation), MergedInto: ref(p.MergedInto), Status: p.Status, Public: p.Public,
		Name: p.Name, Pivot: p.Pivot, Commune: p.Commune, CommuneName: p.CommuneName, PostalCode: p.PostalCode,
		Address: p.Address, AddressMore: p.AddressMore, Kinds: p.Kinds, Phone: p.Phone, Emails: p.Emails,
		Websites: p.Websites, Hours: p.Hours, Summary: p.Summary, Detail: p.Detail, Source: p.Source,
		Roaming: p.Roaming, Parent: p.Parent, UpdatedOn: p.UpdatedOn, Services: p.Services, Publics: p.Publics,
		Needs: p.Needs, Fees: p.Fees, Programmes: p.Programmes, Trainings: p.Trainings, OtherLabels: p.OtherLabels,
		Access: p.Access, Modes: p.Modes, AccessibilityURL: p.AccessibilityURL, BookingURL: p.BookingURL,
		BookingPhone: p.BookingPhone, Can: p.Can, Cannot: p.Cannot, ConfidentialRoom: p.ConfidentialRoom,
		Bring: p.Bring, Enter: p.Enter, Arrive: p.Arrive, VerifiedOn: p.VerifiedOn, VerifiedBy: ref(p.VerifiedBy),
		ManualFields: p.Manual, CreatedAt: p.CreatedAt, ChangedAt: p.ChangedAt, Version: p.Version,
	}
	if r.Status == "" {
		r.Status = Active
	}
	if p.Position != nil {
		r.Latitude, r.Longitude = &p.Position.Lat, &p.Position.Lon
	}
	return r
}

func rowsOfLabels(place id.ID, labels []Label) []labelRow {
	rows := make([]labelRow, len(labels))
	for i, l := range labels {
		rows[i] = labelRow{
			ID: id.New(), PlaceID: place, Label: l.Label, Holder: l.Holder, State: l.State,
			FromDate: l.From, UntilDate: l.Until, Proof: l.Proof,
		}
	}
	return rows
}

// placeColumns are read in the order of readPlaces' Scan.
const placeColumns = `id, organisation_id, merged_into, status, public, name, pivot, commune, commune_name, postal_code,
	address, address_more, latitude, longitude, kinds, phone, emails, websites, hours, summary, detail, source, roaming,
	parent, updated_on, services, publics, needs, fees, programmes, trainings, other_labels, access, modes,
	accessibility_url, booking_url, booking_phone, can, cannot, confidential_room, bring, enter, arrive,
	verified_on, verified_by, manual_fields, created_at, changed_at, version`

// readPlaces reads the cards that answer where (all of them when it is ""), in
// the order of their identifiers. It scans without bun's models: reading the
// whole network is done at each start and after each change.
func readPlaces(ctx context.Context, tx db.Tx, where string, args ...any) ([]Place, error) {
	query := "SELECT " + placeColumns + " FROM place"
	expected := 1
	if where != "" {
		query += " WHERE " + where
	} else if err := tx.NewRaw("SELECT count(*) FROM place").Scan(ctx, &expected); err != nil {
		return nil, fmt.Errorf("network: count places: %w", db.Explain(err))
	}
	rows, err := tx.QueryContext(ctx, query+" ORDER BY id", args...)
	if err != nil {
		return nil, fmt.Errorf("network: read places: %w", db.Explain(err))
	}
	defer rows.Close()
	out := make([]Place, 0, expected)
	for rows.Next() {
		var p Place
		var lat, lon *float64
		err := rows.Scan(&p.ID, (*ref)(&p.Organisation), (*ref)(&p.MergedInto), &p.Status, &p.Public, &p.Name, &p.Pivot,
			&p.Commune, &p.CommuneName, &p.PostalCode, &p.Address, &p.AddressMore, &lat, &lon, texts(&p.Kinds),
			&p.Phone, texts(&p.Emails), texts(&p.Websites), &p.Hours, &p.Summary, &p.Detail, &p.Source,
			texts(&p.Roaming), &p.Parent, &p.UpdatedOn, texts(&p.Services), texts(&p.Publics),
			texts(&p.Needs), texts(&p.Fees), texts(&p.Programmes), texts(&p.Trainings),
			texts(&p.OtherLabels), texts(&p.Access), texts(&p.Modes), &p.AccessibilityURL, &p.BookingURL,
			&p.BookingPhone, (*list[Sentence])(&p.Can), (*list[Sentence])(&p.Cannot), &p.ConfidentialRoom, &p.Bring,
			&p.Enter, &p.Arrive, &p.VerifiedOn, (*ref)(&p.VerifiedBy), texts(&p.Manual),
			&p.CreatedAt, &p.ChangedAt, &p.Version)
		if err != nil {
			return nil, fmt.Errorf("network: read places: %w", err)
		}
		if lat != nil && lon != nil {
			p.Position = &Position{Lat: *lat, Lon: *lon}
		}
		out = append(out, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("network: read places: %w", db.Explain(err))
	}
	return out, readLabels(ctx, tx, out, where, args...)
}

// readLabels adds to places, which answer where, their labels.
func readLabels(ctx context.Context, tx db.Tx, places []Place, where string, args ...any) error {
	if len(places) == 0 {
		return nil
	}
	at := make(map[id.ID]*Place, len(places))
	for i := range places {
		at[places[i].ID] = &places[i]
	}
	var query strings.Builder
	query.WriteString(`SELECT place_id, label, holder, state, from_date, until_date, proof FROM place_label`)
	if where != "" {
		query.WriteString(` WHERE place_id IN (SELECT id FROM place WHERE ` + where + `)`)
	}
	rows, err := tx.QueryContext(ctx, query.String()+" ORDER BY label", args...)
	if err != nil {
		return fmt.Errorf("network: read labels: %w", db.Explain(err))
	}
	defer rows.Close()
	for rows.Next() {
		var place id.ID
		var l Label
		if err := rows.Scan(&place, &l.Label, &l.Holder, &l.State, &l.From, &l.Until, &l.Proof); err != nil {
			return fmt.Errorf("network: read labels: %w", err)
		}
		if p := at[place]; p != nil {
			p.Labels = append(p.Labels, l)
		}
	}
	return db.Explain(rows.Err())
}

func texts(l *[]string) *list[string] { return (*list[string])(l) }
