package de.verbund.keycloak;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.keycloak.events.Details;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.AuthDetails;

/** One event as one line: {@code type="LOGIN_ERROR", realm="verbund", …}. */
final class EventLine {

    /** Every page that is opened may bring one of these; refused ones are written like all others. */
    private static final Set<EventType> EVERYDAY = EnumSet.of(
            EventType.CODE_TO_TOKEN,
            EventType.REFRESH_TOKEN,
            EventType.CLIENT_LOGIN,
            EventType.USER_INFO_REQUEST,
            EventType.INTROSPECT_TOKEN);
    /**
     * What of an event's details is written. A list of what may be, since each version of Keycloak knows more; without
     * free texts, which quote what others sent.
     */
    private static final List<String> DETAILS = List.of(
            Details.AUTH_METHOD,
            Details.AUTH_TYPE,
            Details.CLIENT_AUTH_METHOD,
            Details.GRANT_TYPE,
            Details.RESPONSE_TYPE,
            Details.RESPONSE_MODE,
            Details.REDIRECT_URI,
            Details.IDENTITY_PROVIDER,
            Details.ACTION,
            Details.CUSTOM_REQUIRED_ACTION,
            Details.CREDENTIAL_TYPE,
            Details.CODE_ID,
            Details.NUM_FAILURES,
            Details.CONTEXT,
            ReportedAttempt.ATTRIBUTE);
    private static final int LONGEST = 200;

    private final StringBuilder line = new StringBuilder();

    private EventLine() {}

    static System.Logger.Level levelOf(Event event) {
        if (event.getError() != null) {
            return System.Logger.Level.WARNING;
        }
        return EVERYDAY.contains(event.getType()) ? System.Logger.Level.DEBUG : System.Logger.Level.INFO;
    }

    static System.Logger.Level levelOf(AdminEvent event) {
        return event.getError() == null ? System.Logger.Level.INFO : System.Logger.Level.WARNING;
    }

    static String of(Event event) {
        EventLine line = new EventLine()
                .with("type", String.valueOf(event.getType()))
                .with("realm", event.getRealmName())
                .with("client", event.getClientId())
                .with("user", event.getUserId())
                .with("session", event.getSessionId());
        if (event.getError() != null) {
            line.with("error", event.getError()).with("ip", event.getIpAddress());
        }
        Map<String, String> details = event.getDetails() == null ? Map.of() : event.getDetails();
        DETAILS.forEach(name -> line.with(name, details.get(name)));
        return line.line.toString();
    }

    /** Representations and details of administrators' events are whole people: only who, what and where is written. */
    static String of(AdminEvent event) {
        AuthDetails by = event.getAuthDetails();
        return new EventLine()
                .with("type", "ADMIN_" + event.getOperationType())
                .with("realm", event.getRealmName())
                .with("resource", event.getResourceTypeAsString())
                .with("path", event.getResourcePath())
                .with("by_realm", by == null ? null : by.getRealmName())
                .with("by_client", by == null ? null : by.getClientId())
                .with("by_user", by == null ? null : by.getUserId())
                .with("error", event.getError())
                .line
                .toString();
    }

    private EventLine with(String name, String value) {
        if (value != null) {
            line.append(line.isEmpty() ? "" : ", ").append(name).append("=\"").append(harmless(value)).append('"');
        }
        return this;
    }

    /** Returns what cannot end a line, is no e-mail address, and carries no query; much of this comes from outside. */
    private static String harmless(String value) {
        String told = value.replaceFirst("[?#].*", "").replaceAll("[^A-Za-z0-9 _.:/\\[\\]-]", "_");
        return told.length() > LONGEST ? told.substring(0, LONGEST) : told;
    }
}
