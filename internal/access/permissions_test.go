// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/access"
	"escale/internal/kit/id"
)

// onPersons are the permissions that show or change something of a person's
// file beyond the first name and need of one's own slot.
var onPersons = []access.Permission{
	access.ReadPerson, access.HoldConversation, access.DecideReferral, access.DoFor, access.ReceiveContext,
}

func TestWhoMayWhat(t *testing.T) {
	never := map[access.Role][]access.Permission{
		// R38, R63, R93: first name and need of own slots; no file, mandate, context.
		access.Volunteer: append([]access.Permission{access.ReadFigures, access.ReadTeam}, onPersons...),
		// Who keeps the house sees no person.
		access.Administrator: append([]access.Permission{access.CaptureNeed, access.OwnDay, access.RecordActivity}, onPersons...),
		access.Coordinator:   onPersons,
		// R38: context only between professionals of the person's way.
		access.Reception: {access.ReceiveContext, access.DoFor},
	}
	for role, list := range never {
		for _, p := range list {
			if role.May(p) {
				t.Errorf("%s may %s", role, p)
			}
		}
	}
	for _, role := range access.Roles {
		if role.May(access.ManageAccounts) != (role == access.Administrator) {
			t.Errorf("%s: accounts.manage is %v", role, role.May(access.ManageAccounts))
		}
	}
	var funder []access.Permission
	for _, p := range access.Permissions {
		if access.Funder.May(p) {
			funder = append(funder, p)
		}
	}
	if want := []access.Permission{access.ReadFigures}; !cmp.Equal(funder, want) {
		t.Errorf("a funder may %v, want %v only", funder, want)
	}
	for _, p := range access.Permissions {
		held := false
		for _, role := range access.Roles {
			held = held || role.May(p)
		}
		if !held {
			t.Errorf("no role carries %s", p)
		}
	}
}

func TestViewerMayOnlyWhereGranted(t *testing.T) {
	here, there := id.New(), id.New()
	v := access.NewViewer(id.New(), id.New(), here, []access.Grant{
		{Organisation: here, Role: access.Volunteer},
		{Organisation: there, Role: access.Mediator},
	})
	for _, c := range []struct {
		name string
		got  bool
		want bool
	}{
		{"a grant elsewhere opens no file here", v.May(access.ReadPerson), false},
		{"there it does", v.MayIn(access.ReadPerson, there), true},
		{"her own day here", v.May(access.OwnDay), true},
		{"no organisation", v.MayIn(access.ReadPerson, ""), false},
		{"a third organisation", v.MayIn(access.ReadPerson, id.New()), false},
		{"the zero viewer, signed in", access.Viewer{}.May(access.SignedIn), false},
		{"the zero viewer, public", access.Viewer{}.May(access.Public), true},
		{"the operator and persons", access.Operator().May(access.ReadPerson), false},
		{"the operator and accounts", access.Operator().May(access.ManageAccounts), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}
