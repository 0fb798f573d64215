// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/network"
	"escale/internal/territory"
)

// Formats of an export.
const (
	LieuxCSV  = "lieux-csv"  // the national schema v1.0.2, CSV
	LieuxJSON = "lieux-json" // the same fields, a JSON array
	GeoJSON   = "geojson"    // the same fields as properties (RFC 7946)
)

// Formats lists the formats, in the order help shows them.
var Formats = []string{LieuxCSV, LieuxJSON, GeoJSON}

// Columns are the 32 columns of the national schema v1.0.2, in its order.
var Columns = []string{
	"id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude", "longitude",
	"typologie", "telephone", "courriels", "site_web", "horaires", "presentation_resume", "presentation_detail", "source",
	"itinerance", "structure_parente", "date_maj", "services", "publics_specifiquement_adresses",
	"prise_en_charge_specifique", "frais_a_charge", "dispositif_programmes_nationaux", "formations_labels",
	"autres_formations_labels", "modalites_acces", "modalites_accompagnement", "fiche_acces_libre", "prise_rdv",
}

// Export writes the places that are public and not closed, ordered by
// identifier, in one of Formats. What it writes passes the schema's own rules,
// and imported into an empty store exports to the same bytes.
func Export(ctx context.Context, d *db.DB, format string, w io.Writer) error {
	if !slices.Contains(Formats, format) {
		return fmt.Errorf("exchange: no format %q: %s", format, strings.Join(Formats, ", "))
	}
	var places []network.Place
	err := d.View(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := network.LoadPlaces(ctx, tx)
		places = slices.DeleteFunc(all, func(p network.Place) bool { return !p.Public || p.Status == network.Closed })
		return err
	})
	if err != nil {
		return err
	}
	return Write(places, format, w)
}

// Write writes places in one of Formats.
func Write(places []network.Place, format string, w io.Writer) error {
	out := bufio.NewWriter(w)
	var err error
	switch format {
	case LieuxCSV:
		err = writeCSV(out, places)
	default:
		err = writeJSON(out, places, format == GeoJSON)
	}
	if err != nil {
		return fmt.Errorf("exchange: export: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("exchange: export: %w", err)
	}
	return nil
}

func writeCSV(w io.Writer, places []network.Place) error {
	c := csv.NewWriter(w)
	if err := c.Write(Columns); err != nil {
		return err
	}
	for i := range places {
		if values, ok := exported(&places[i]); ok {
			if err := c.Write(values); err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

// writeJSON writes one record per line. Empty fields are left out, as the
// national files do; coordinates are numbers.
func writeJSON(w *bufio.Writer, places []network.Place, geo bool) error {
	open, shut := "[\n", "\n]\n"
	if geo {
		open, shut = `{"type":"FeatureCollection","features":[`+"\n", "\n]}\n"
	}
	w.WriteString(open)
	first := true
	for i := range places {
		values, ok := exported(&places[i])
		if !ok {
			continue
		}
		if !first {
			w.WriteString(",\n")
		}
		first = false
		var err error
		if geo {
			err = writeFeature(w, values)
		} else {
			err = writeRecord(w, values, "")
		}
		if err != nil {
			return err
		}
	}
	_, err := w.WriteString(shut)
	return err
}

// Where the coordinates stand in Columns.
const (
	latitudeColumn  = 8
	longitudeColumn = 9
)

func writeFeature(w *bufio.Writer, values []string) error {
	w.WriteString(`{"type":"Feature","geometry":`)
	if values[latitudeColumn] == "" {
		w.WriteString("null")
	} else {
		fmt.Fprintf(w, `{"type":"Point","coordinates":[%s,%s]}`, values[longitudeColumn], values[latitudeColumn])
	}
	w.WriteString(`,"properties":`)
	if err := writeRecord(w, values, "position"); err != nil {
		return err
	}
	return w.WriteByte('}')
}

// writeRecord writes the fields of a record in their order; without the
// coordinates when left is "position", since the geometry has them.
func writeRecord(w *bufio.Writer, values []string, left string) error {
	w.WriteByte('{')
	first := true
	for i, v := range values {
		number := i == latitudeColumn || i == longitudeColumn
		if v == "" || number && left == "position" {
			continue
		}
		if !first {
			w.WriteByte(',')
		}
		first = false
		fmt.Fprintf(w, "%q:", Columns[i])
		if number {
			w.WriteString(v)
			continue
		}
		b, err := quote(v)
		if err != nil {
			return err
		}
		w.Write(b)
	}
	return w.WriteByte('}')
}

// quote writes a text as JSON, leaving "&" and "<" readable.
func quote(s string) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}

// zeroPivot is how the schema, which demands a pivot, says that there is none.
const zeroPivot = "00000000000000"

// exported gives the values of a card in the order of Columns, such that they
// pass the schema's rules. ok is false for a card without any postal code, which
// the schema cannot hold.
func exported(p *network.Place) (values []string, ok bool) {
	postal := p.PostalCode
	if fixPostal(postal) != postal || postal == "" {
		c, found := territory.ByCode(p.Commune)
		if !found || len(c.PostalCodes) == 0 {
			return nil, false
		}
		postal = c.PostalCodes[0]
	}
	pivot := p.Pivot
	if !pivotShape.MatchString(pivot) {
		pivot = zeroPivot
	}
	telephone := p.Phone
	if !fullPhone.MatchString(telephone) {
		telephone = ""
	}
	var latitude, longitude string
	if p.Position != nil {
		latitude, longitude = number(p.Position.Lat), number(p.Position.Lon)
	}
	return []string{
		string(p.ID), pivot, oneLine(p.Name), p.CommuneName, postal, p.Commune, address(p), oneLine(p.AddressMore),
		latitude, longitude, join("typologie", p.Kinds), telephone, join("", p.Emails), join("", p.Websites),
		oneLine(p.Hours), cut(oneLine(p.Summary), network.SummaryLimit), tidy(p.Detail), oneLine(p.Source),
		join("itinerance", p.Roaming), oneLine(p.Parent), updatedOn(p).String(), join("services", p.Services),
		join("publics_specifiquement_adresses", p.Publics), join("prise_en_charge_specifique", p.Needs),
		join("frais_a_charge", p.Fees), join("dispositif_programmes_nationaux", p.Programmes),
		join("formations_labels", p.Trainings), join("", p.OtherLabels), join("modalites_acces", p.Access),
		join("modalites_accompagnement", p.Modes), p.AccessibilityURL, p.BookingURL,
	}, true
}

// address is what the schema demands even of places that have none but their
// commune's.
func address(p *network.Place) string {
	for _, s := range []string{p.Address, p.AddressMore} {
		if s = oneLine(s); s != "" {
			return s
		}
	}
	return p.CommuneName
}

// updatedOn is the day the source gave, or else that of the last change here.
func updatedOn(p *network.Place) clock.Date {
	if !p.UpdatedOn.IsZero() {
		return p.UpdatedOn
	}
	return clock.DateOf(p.ChangedAt.Time)
}

// join writes a list; of a field with a vocabulary, what the schema admits.
func join(field string, list []string) string {
	known := vocabulary().Values[field]
	var out []string
	for _, v := range list {
		if v == "" || len(known) > 0 && !slices.Contains(known, v) {
			continue
		}
		if written, ok := vocabulary().Written[v]; ok {
			v = written
		}
		out = append(out, v)
	}
	return strings.Join(out, "|")
}
