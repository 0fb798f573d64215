// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"escale/internal/access"
	"escale/internal/kit/text"
)

// auditCommands check the audit chains.
type auditCommands struct {
	Verify auditVerify `cmd:"" help:"${help_audit_verify}"`
}

type auditVerify struct {
	store
	JSON bool `name:"json" help:"${help_json}"`
}

// accessSaid are the sentences of the access room.
var accessSaid = text.MustLoadSentences(access.Messages, "messages_fr.json")

func (c auditVerify) Run(ctx context.Context, io IO) error {
	r, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	p := newProgress(io.Err, say("audit.progress"))
	report, err := r.Keeper.Audit().Verify(ctx, func(done, total int64) { p.at(int(done), int(total)) })
	p.end()
	if err != nil {
		return err
	}
	if c.JSON {
		if err := printJSON(io.Out, report); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(io.Out, say("audit.rows", "rows", report.Rows, "chains", len(report.Heads)))
		for _, f := range report.Faults {
			fmt.Fprintln(io.Out, f.Organisation, accessSaid.Say(text.Msg("audit.fault."+string(f.Kind), "seq", f.Seq)))
		}
	}
	if !report.Whole {
		return &fault{exitFailed, say("audit.not_whole", "faults", len(report.Faults))}
	}
	if !c.JSON {
		fmt.Fprintln(io.Out, say("audit.whole"))
	}
	return nil
}
