package de.verbund.keycloak;

import org.keycloak.Config;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.events.EventListenerTransaction;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

/**
 * Writes a realm's events into Keycloak's log without saying who somebody is: ids, and neither names nor addresses.
 *
 * <p>Keycloak's own listener writes all that an event carries, and with a wrong password that is whatever was typed.
 */
public final class EventLog implements EventListenerProviderFactory {

    static final String ID = "verbund-log";
    private static final System.Logger LOG = System.getLogger("de.verbund.keycloak.events");

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        // As Keycloak's own does: what was rolled back did not happen.
        EventListenerTransaction later =
                new EventListenerTransaction((event, withRepresentation) -> write(event), EventLog::write);
        session.getTransactionManager().enlistAfterCompletion(later);
        return new EventListenerProvider() {
            @Override
            public void onEvent(Event event) {
                later.addEvent(event);
            }

            @Override
            public void onEvent(AdminEvent event, boolean withRepresentation) {
                later.addAdminEvent(event, false);
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    private static void write(Event event) {
        LOG.log(EventLine.levelOf(event), () -> EventLine.of(event));
    }

    private static void write(AdminEvent event) {
        LOG.log(EventLine.levelOf(event), () -> EventLine.of(event));
    }

    @Override
    public void init(Config.Scope config) {
        // Nothing is to be set.
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        // Nothing depends on others.
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    @Override
    public String getId() {
        return ID;
    }
}
