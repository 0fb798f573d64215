// SPDX-License-Identifier: Apache-2.0

package territory

// mainlandZone is the time of the metropolitan departments, Corsica included.
const mainlandZone = "Europe/Paris"

// departmentZones are the time zones overseas, by department. Legal offsets:
// décret n° 2017-292 du 6 mars 2017 relatif au temps légal français; zone
// names: IANA time zone database.
var departmentZones = map[string]string{
	"971": "America/Guadeloupe",
	"972": "America/Martinique",
	"973": "America/Cayenne",
	"974": "Indian/Reunion",
	"975": "America/Miquelon",
	"976": "Indian/Mayotte",
	"977": "America/St_Barthelemy",
	"978": "America/Marigot",
	"984": "Indian/Kerguelen",
	"986": "Pacific/Wallis",
	"987": "Pacific/Tahiti",
	"988": "Pacific/Noumea",
	"989": "Etc/GMT+8", // Clipperton: UTC−8 (the sign of Etc names is reversed); no inhabitants, no IANA zone
}

// communeZones are the communes that do not keep their department's time.
var communeZones = map[string]string{
	"98413": "Indian/Reunion",            // Crozet
	"98414": "Antarctica/DumontDUrville", // Terre-Adélie
	"98415": "Indian/Mayotte",            // îles Éparses of the Mozambique Channel; Tromelin alone keeps La Réunion's
	"98718": "Pacific/Marquesas",         // Fatu-Hiva
	"98719": "Pacific/Gambier",
	"98723": "Pacific/Marquesas", // Hiva-Oa
	"98731": "Pacific/Marquesas", // Nuku-Hiva
	"98746": "Pacific/Marquesas", // Tahuata
	"98756": "Pacific/Marquesas", // Ua-Huka
	"98757": "Pacific/Marquesas", // Ua-Pou
}

// TimeZone is the IANA name of the time zone kept in c.
func (c Commune) TimeZone() string {
	if zone, ok := communeZones[c.Code]; ok {
		return zone
	}
	if zone, ok := departmentZones[c.Department]; ok {
		return zone
	}
	return mainlandZone
}
