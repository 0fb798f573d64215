// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"escale/internal/network"
)

// Report tells what an import did, for people and for programs. Read is the sum
// of Imported, Updated, Unchanged and RejectedRows.
type Report struct {
	Read      int `json:"read"`
	Imported  int `json:"imported"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	// Repaired lists the fields kept otherwise than they were written.
	Repaired []Repair `json:"repaired"`
	// Rejected lists the fields left out, and the whole records (Field "")
	// that could not be kept.
	Rejected   []Rejection        `json:"rejected"`
	Duplicates []network.Proposal `json:"duplicates"`

	RejectedRows int          `json:"rejected_rows"`
	DryRun       bool         `json:"dry_run"`
	Files        []FileReport `json:"files"`
}

// FileReport is the part of one file in a Report.
type FileReport struct {
	File         string `json:"file"`
	Mapping      string `json:"mapping"`
	Source       string `json:"source"`
	Read         int    `json:"read"`
	Imported     int    `json:"imported"`
	Updated      int    `json:"updated"`
	Unchanged    int    `json:"unchanged"`
	RejectedRows int    `json:"rejected_rows"`
}

// Repair is a field kept otherwise than it was written. Row counts the records
// of the file from 1, its heading not counted. Reason is a French sentence.
type Repair struct {
	Row    int    `json:"row"`
	Field  string `json:"field"`
	Value  string `json:"value"`
	Kept   string `json:"kept"`
	Reason string `json:"reason"`
	File   string `json:"file"`
}

// Rejection is a field left out, or a whole record when Field is "". Reason and
// Remedy are French sentences.
type Rejection struct {
	Row    int    `json:"row"`
	Field  string `json:"field"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
	File   string `json:"file"`
}

// newReport makes lists that are written [] and not null when empty.
func newReport(dry bool) Report {
	return Report{
		DryRun: dry, Repaired: []Repair{}, Rejected: []Rejection{}, Duplicates: []network.Proposal{}, Files: []FileReport{},
	}
}

func (r *Report) note(name string, n notes) {
	for _, v := range n.repaired {
		v.File = name
		r.Repaired = append(r.Repaired, v)
	}
	for _, v := range n.rejected {
		v.File = name
		r.Rejected = append(r.Rejected, v)
	}
}

func (r *Report) add(f FileReport) {
	r.Read += f.Read
	r.Imported += f.Imported
	r.Updated += f.Updated
	r.Unchanged += f.Unchanged
	r.RejectedRows += f.RejectedRows
	r.Files = append(r.Files, f)
}

func (f *FileReport) count(outcomes []network.Done) {
	for _, o := range outcomes {
		switch o.Outcome {
		case network.Imported:
			f.Imported++
		case network.Updated:
			f.Updated++
		case network.Unchanged:
			f.Unchanged++
		}
	}
}

// notes are what is said of one record.
type notes struct {
	row      int
	repaired []Repair
	rejected []Rejection
}

// repair says that value was kept as kept, for the reason of key.
func (n *notes) repair(field, value, kept, key string, namesAndValues ...any) {
	n.repaired = append(n.repaired, Repair{Row: n.row, Field: field, Value: value, Kept: kept, Reason: say("repair."+key, namesAndValues...)})
}

// reject says that value was left out, for the reason of key.
func (n *notes) reject(field, value, key string, namesAndValues ...any) {
	n.rejected = append(n.rejected, Rejection{
		Row: n.row, Field: field, Value: value,
		Reason: say("reject."+key, namesAndValues...), Remedy: say("remedy."+key, namesAndValues...),
	})
}
