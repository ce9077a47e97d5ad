//! Short German documents, as teams write them: compounds, English names in the middle, both spellings of umlauts.

use knowledge_operator::search::Entry;

/// Name, title, alert and text.
const DOCUMENTS: &[(&str, &str, &str, &str)] = &[
    (
        "zertifikatsablauf",
        "Zertifikatsablauf am Ingress",
        "IngressCertificateExpiring",
        "Das TLS-Zertifikat läuft in wenigen Tagen ab. Prüfen Sie, ob cert-manager die Erneuerung versucht hat, und \
         erneuern Sie das Geheimnis von Hand, falls der Aussteller nicht antwortet.",
    ),
    (
        "speicherplatz",
        "Speicherplatz auf Datenträgern wird knapp",
        "NodeDiskFilling",
        "Ein Dateisystem füllt sich. Löschen Sie alte Protokolle und nicht mehr benötigte Container-Abbilder. Danach \
         vergrößern Sie das Laufwerk.",
    ),
    (
        "netzwerkausfall",
        "Ausfall des Overlay-Netzes",
        "OverlayNetworkDown",
        "Pods auf verschiedenen Knoten erreichen sich nicht mehr. Häufige Ursachen sind eine falsche MTU und ein \
         blockierter Tunnelport. Starten Sie den Netzwerkdienst auf dem betroffenen Rechenknoten neu.",
    ),
    (
        "datensicherung",
        "Datensicherung der Datenbank schlägt fehl",
        "BackupFailed",
        "Die nächtliche Sicherung ist abgebrochen. Wiederherstellungen sind dann nur bis zum letzten Abzug möglich. \
         Kontrollieren Sie die Zugangsdaten des Objektspeichers.",
    ),
    (
        "schluesselverwaltung",
        "Schlüsselverwaltung nicht erreichbar",
        "KeyManagementUnreachable",
        "Verschlüsselte Datenträger können nicht eingehängt werden. Prüfen Sie die Verbindung zum Schlüsselserver und \
         die Gültigkeit des Dienstkontos.",
    ),
    (
        "warteschlange",
        "Warteschlangen laufen über",
        "QueueOverflow",
        "Nachrichten werden schneller erzeugt als verarbeitet. Erhöhen Sie die Anzahl der Verbraucher und suchen Sie \
         nach hängenden Transaktionen.",
    ),
    (
        "anmeldung",
        "Anmeldung am Portal gestört",
        "LoginErrorsHigh",
        "Benutzer erhalten beim Anmelden eine Fehlermeldung. Meist ist der Identitätsdienst überlastet. Häuser mit \
         eigenem Verzeichnisdienst sind nicht betroffen.",
    ),
    (
        "lastverteiler",
        "Lastverteiler verliert Mitglieder",
        "LoadBalancerMembersLost",
        "Die Gesundheitsprüfung der Mitglieder scheitert. Vergleichen Sie die Sicherheitsgruppen mit der Dokumentation \
         und setzen Sie den Lastverteiler mit openstack loadbalancer failover zurück.",
    ),
    (
        "zeitabweichung",
        "Uhren der Knoten weichen ab",
        "ClockSkew",
        "Die Zeitabweichung überschreitet fünf Sekunden. Kontrollieren Sie chrony und die Erreichbarkeit der \
         Zeitserver.",
    ),
];

/// All documents.
pub fn entries() -> Vec<Entry> {
    let entry = |(name, title, alert, text): &(&str, &str, &str, &str)| Entry {
        id: format!("betrieb/{name}"),
        name: (*name).to_owned(),
        title: (*title).to_owned(),
        alerts: vec![(*alert).to_owned()],
        body: (*text).to_owned(),
        namespace: "betrieb".to_owned(),
        kind: "Runbook".to_owned(),
        owner: "Team Plattform".to_owned(),
        language: "de".to_owned(),
        ..Entry::default()
    };
    DOCUMENTS.iter().map(entry).collect()
}
