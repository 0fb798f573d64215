// SPDX-License-Identifier: Apache-2.0

// Package atlastest invents places for the tests of pages that show them: a few
// in known communes of Loire-Atlantique, as many as wanted around them, the same
// each time. No place in it exists.
package atlastest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web/atlas"
)

// Identifiers of the places of Cards.
const (
	Halls   id.ID = "01900000-0000-7000-8000-000000000001" // at Blain, complete and verified
	Library id.ID = "01900000-0000-7000-8000-000000000002" // at Blain, 600 m away, never verified
	NoHours id.ID = "01900000-0000-7000-8000-000000000003" // at Bouvron, without hours nor position
	Hidden  id.ID = "01900000-0000-7000-8000-000000000004" // not public
	Closed  id.ID = "01900000-0000-7000-8000-000000000005" // closed for good
	Far     id.ID = "01900000-0000-7000-8000-000000000006" // at Saint-Nazaire, 40 km from Blain, by appointment
	Gone    id.ID = "01900000-0000-7000-8000-000000000007" // absorbed by Halls
)

//go:embed cards.json
var cards []byte

// Cards are a few places, one of each sort.
func Cards() []network.Place {
	var places []network.Place
	if err := json.Unmarshal(cards, &places); err != nil {
		panic(fmt.Sprintf("atlastest: cards.json: %v", err))
	}
	return places
}

// Many makes n places around Blain, the farthest some 15 km away.
func Many(n int) []network.Place {
	model := Cards()[0]
	places := make([]network.Place, n)
	for i := range places {
		p := model
		p.ID = id.ID(fmt.Sprintf("01900000-0000-7000-8000-%012d", 1000+i))
		p.Name = fmt.Sprintf("Lieu %d", i+1)
		p.Position = &network.Position{
			Lat: model.Position.Lat + 0.13*float64(i)/float64(n)*float64(1-i%2*2),
			Lon: model.Position.Lon + 0.13*float64(i%7)/7,
		}
		if i%3 == 0 {
			p.Fees = []string{"Payant"}
		}
		places[i] = p
	}
	return places
}

// Places serves a snapshot that stands still. It knows that Gone became Halls.
type Places struct{ *atlas.Snapshot }

// Of makes the places of cards.
func Of(cards []network.Place) Places { return Places{atlas.NewSnapshot(cards)} }

// Current gives the snapshot.
func (p Places) Current(context.Context) (*atlas.Snapshot, error) { return p.Snapshot, nil }

// Survivor is Halls for Gone.
func (p Places) Survivor(_ context.Context, absorbed id.ID) (id.ID, error) {
	if absorbed == Gone {
		return Halls, nil
	}
	return "", db.ErrNotFound
}
