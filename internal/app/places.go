// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"escale/internal/access"
	"escale/internal/app/rooms"
	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/network/finder"
	"escale/internal/territory"
	"escale/internal/web/atlas"
)

// placesCommands are the chores about places.
type placesCommands struct {
	Import placesImport `cmd:"" help:"${help_places_import}"`
	Export placesExport `cmd:"" help:"${help_places_export}"`
	Search placesSearch `cmd:"" help:"${help_places_search}"`
	Merge  placesMerge  `cmd:"" help:"${help_places_merge}"`
}

// open opens the store of a command.
func (s store) open(ctx context.Context) (*rooms.Rooms, error) {
	return openRooms(ctx, s.config(), access.DefaultPolicy(), clock.System)
}

type placesImport struct {
	store
	Files   []string `arg:"" help:"${help_import_files}" placeholder:"FILE"`
	Source  string   `help:"${help_import_source}" placeholder:"NAME"`
	Mapping string   `help:"${help_import_mapping}" placeholder:"FILE"`
	DryRun  bool     `name:"dry-run" help:"${help_dry_run}"`
	JSON    bool     `name:"json" help:"${help_json}"`
}

func (c placesImport) Run(ctx context.Context, io IO) error {
	options := exchange.Options{Source: c.Source, DryRun: c.DryRun, By: access.Operator()}
	if c.Mapping != "" {
		b, err := os.ReadFile(c.Mapping)
		if err != nil {
			return &fault{exitUsage, say("file.unreadable", "file", c.Mapping, "why", cause(err))}
		}
		if options.Mapping, err = exchange.ReadMapping(b); err != nil {
			return &fault{exitUsage, say("import.mapping_wrong", "file", c.Mapping, "why", err)}
		}
	}
	for _, name := range c.Files {
		f, err := openFile(name)
		if err != nil {
			return err
		}
		f.Close()
	}
	r, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	p := newProgress(io.Err, say("import.progress"))
	options.Progress = p.at
	report, err := exchange.Import(ctx, r.DB, c.Files, options)
	p.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(io.Out, report)
	}
	printReport(io.Out, report)
	return nil
}

// shown bounds how many repaired and rejected fields are said on a terminal;
// --json says them all.
const shown = 20

func printReport(out io.Writer, r exchange.Report) {
	if r.DryRun {
		fmt.Fprintln(out, say("import.dry"))
	}
	fmt.Fprintln(out, say("import.counts", "read", r.Read, "imported", r.Imported, "updated", r.Updated, "unchanged", r.Unchanged,
		"repaired", len(r.Repaired), "rejected", len(r.Rejected), "rows", r.RejectedRows, "duplicates", len(r.Duplicates)))
	for _, x := range r.Repaired[:min(shown, len(r.Repaired))] {
		fmt.Fprintln(out, say("import.repaired", "row", x.Row, "field", x.Field, "value", x.Value, "kept", x.Kept, "reason", x.Reason))
	}
	for _, x := range r.Rejected[:min(shown, len(r.Rejected))] {
		fmt.Fprintln(out, say("import.rejected", "row", x.Row, "field", x.Field, "value", x.Value, "reason", x.Reason, "remedy", x.Remedy))
	}
	if len(r.Repaired) > shown || len(r.Rejected) > shown {
		fmt.Fprintln(out, say("import.more"))
	}
}

type placesExport struct {
	store
	Format string `help:"${help_export_format}" enum:"lieux-csv,lieux-json,geojson" default:"lieux-csv"`
	Out    string `help:"${help_export_out}" placeholder:"FILE" type:"path"`
}

func (c placesExport) Run(ctx context.Context, io IO) (err error) {
	r, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if c.Out == "" {
		return exchange.Export(ctx, r.DB, c.Format, io.Out)
	}
	f, err := os.CreateTemp(filepath.Dir(c.Out), ".escale-export-*")
	if err != nil {
		return &fault{exitFailed, say("file.unwritable", "file", c.Out, "why", cause(err))}
	}
	// A file half written must not look whole: it takes its name at the end.
	defer os.Remove(f.Name())
	if err := exchange.Export(ctx, r.DB, c.Format, f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), c.Out)
}

type placesSearch struct {
	store
	Near    string   `help:"${help_search_near}" placeholder:"LAT,LON" xor:"where"`
	Commune string   `help:"${help_search_commune}" placeholder:"CODE" xor:"where"`
	Text    string   `help:"${help_search_text}"`
	Service []string `help:"${help_search_service}" sep:"none"`
	Public  []string `help:"${help_search_public}" sep:"none"`
	Care    []string `help:"${help_search_care}" sep:"none"`
	Cost    []string `help:"${help_search_cost}" sep:"none"`
	Radius  float64  `help:"${help_search_radius}" placeholder:"KM"`
	OpenAt  string   `name:"open-at" help:"${help_search_open_at}" placeholder:"TIME"`
	Limit   int      `help:"${help_search_limit}" default:"20"`
	JSON    bool     `name:"json" help:"${help_json}"`
}

// searchAnswer is what is printed; see docs/commands.md.
type searchAnswer struct {
	Total       int                       `json:"total"`
	Beyond      bool                      `json:"beyond"`
	Places      []placeAnswer             `json:"places"`
	Facets      map[string]map[string]int `json:"facets"`
	Corrections map[string][]string       `json:"corrections"`
	Unread      []string                  `json:"unread"`
}

type placeAnswer struct {
	ID      id.ID          `json:"id"`
	Name    string         `json:"name"`
	Commune string         `json:"commune"`
	Code    string         `json:"code_insee"`
	Km      *float64       `json:"km"`
	Phone   string         `json:"phone"`
	Cost    []string       `json:"cost"`
	Open    atlas.OpenKind `json:"open"` // open, later, call, closed or unknown at the moment asked
	Why     []string       `json:"why"`
}

func (c placesSearch) Run(ctx context.Context, io IO) error {
	r, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	snapshot, err := atlas.New(r.DB).Current(ctx)
	if err != nil {
		return err
	}
	request := atlas.Request{Text: c.Text, RadiusKm: c.Radius, Limit: c.Limit, At: clock.System()}
	request.Any[finder.Services], request.Any[finder.Publics] = c.Service, c.Public
	request.Any[finder.Care], request.Any[finder.Costs] = c.Care, c.Cost
	if request.Near, err = c.where(snapshot); err != nil {
		return err
	}
	if c.OpenAt != "" {
		zone, _, err := calendarOf("")
		if err != nil {
			return err
		}
		if request.At, err = readMoment("--open-at", c.OpenAt, zone); err != nil {
			return err
		}
		request.OnlyOpen = true
	}
	answer := searchAnswerOf(snapshot.Search(request))
	if c.JSON {
		return printJSON(io.Out, answer)
	}
	fmt.Fprintln(io.Out, say("search.total", "total", answer.Total))
	for _, p := range answer.Places {
		km := ""
		if p.Km != nil {
			km = strconv.FormatFloat(*p.Km, 'f', 1, 64) + " km"
		}
		fmt.Fprintf(io.Out, "%8s  %s, %s  %s  (%s)\n", km, p.Name, p.Commune, p.Phone, say("search.open."+string(p.Open)))
	}
	return nil
}

// where reads the point that --near or --commune names, nil for neither.
func (c placesSearch) where(s *atlas.Snapshot) (*finder.Point, error) {
	if c.Near != "" {
		lat, lon, ok := strings.Cut(c.Near, ",")
		a, errA := strconv.ParseFloat(strings.TrimSpace(lat), 64)
		b, errB := strconv.ParseFloat(strings.TrimSpace(lon), 64)
		if !ok || errA != nil || errB != nil || a < -90 || a > 90 || b < -180 || b > 180 {
			return nil, &fault{exitUsage, say("search.near_wrong", "value", c.Near)}
		}
		return &finder.Point{Lat: a, Lon: b}, nil
	}
	if c.Commune == "" {
		return nil, nil
	}
	// A program gives an Insee code: it is read as one before it is read as a
	// postal code, of which some communes share one.
	if one, ok := territory.ByCode(c.Commune); ok && one.HasPosition {
		return &finder.Point{Lat: one.Lat, Lon: one.Lon}, nil
	}
	where := s.Locate(c.Commune, "")
	if near := where.Near(); near != nil {
		return near, nil
	}
	var names []string
	for _, one := range slices.Concat(where.Choices, where.Guesses) {
		names = append(names, one.Name+" ("+one.Code+")")
	}
	if len(names) > 0 {
		return nil, &fault{exitUsage, say("commune.several", "code", c.Commune, "communes", strings.Join(names, ", "))}
	}
	return nil, &fault{exitUsage, say("commune.unknown", "code", c.Commune)}
}

func searchAnswerOf(r atlas.Result) searchAnswer {
	a := searchAnswer{
		Total: r.Total, Beyond: r.Beyond, Places: []placeAnswer{}, Facets: map[string]map[string]int{},
		Corrections: map[string][]string{}, Unread: append([]string{}, r.Unread...),
	}
	for _, f := range r.Found {
		p := placeAnswer{
			ID: f.Place.Card.ID, Name: f.Place.Card.Name, Commune: f.Place.Card.CommuneName, Code: f.Place.Card.Commune,
			Phone: f.Place.Card.Phone, Cost: append([]string{}, f.Place.Card.Fees...), Open: f.Opening.Kind, Why: []string{},
		}
		if f.HasKm {
			km := math.Round(f.Km*100) / 100
			p.Km = &km
		}
		for _, w := range f.Why {
			p.Why = append(p.Why, w.Found)
		}
		a.Places = append(a.Places, p)
	}
	for facet := range finder.NumFacets {
		counts := map[string]int{}
		for _, c := range r.Facets[facet] {
			counts[c.Code] = c.Places
		}
		a.Facets[facet.String()] = counts
	}
	for _, c := range r.Corrections {
		a.Corrections[c.Typed] = c.Words
	}
	return a
}

// placesMerge merges the cards that the one declared rule holds for the same
// place. Every merge can be taken apart again from the place's page.
type placesMerge struct {
	store
	JSON bool `name:"json" help:"${help_json}"`
}

// mergeAnswer is what is printed; see docs/commands.md.
type mergeAnswer struct {
	Merged []mergedPair `json:"merged"`
}

type mergedPair struct {
	Act      id.ID `json:"act"`
	Survivor id.ID `json:"survivor"`
	Absorbed id.ID `json:"absorbed"`
}

func (c placesMerge) Run(ctx context.Context, io IO) error {
	r, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	answer := mergeAnswer{Merged: []mergedPair{}}
	err = r.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		acts, err := network.MergeCertain(ctx, tx, access.Operator())
		answer.Merged = answer.Merged[:0]
		for _, a := range acts {
			answer.Merged = append(answer.Merged, mergedPair{a.ID, a.Survivor, a.Absorbed})
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(io.Out, answer)
	}
	fmt.Fprintln(io.Out, say("merge.done", "n", len(answer.Merged)))
	return nil
}
