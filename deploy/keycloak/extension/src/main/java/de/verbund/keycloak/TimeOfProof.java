package de.verbund.keycloak;

import java.time.Instant;
import java.util.List;

import org.keycloak.broker.provider.AbstractIdentityProviderMapper;
import org.keycloak.broker.provider.BrokeredIdentityContext;
import org.keycloak.models.IdentityProviderMapperModel;
import org.keycloak.models.IdentityProviderSyncMode;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.provider.ProviderConfigProperty;

/**
 * Notes in the session when somebody last came by an identity provider. Keycloak keeps a level as long as the session,
 * and the time of a sign-in is not the time of its proof: portals end an elevation by this one.
 */
public final class TimeOfProof extends AbstractIdentityProviderMapper {

    private static final String ID = "verbund-time-of-proof";
    private static final String NOTE = "verbund_proved_at";

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public String[] getCompatibleProviders() {
        return new String[] {ANY_PROVIDER};
    }

    @Override
    public String getDisplayCategory() {
        return "User Session";
    }

    @Override
    public String getDisplayType() {
        return "Time of proof";
    }

    @Override
    public String getHelpText() {
        return "Notes in the session when somebody came by this provider, in seconds since 1970.";
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        return List.of();
    }

    @Override
    public boolean supportsSyncMode(IdentityProviderSyncMode syncMode) {
        return true;
    }

    @Override
    public void preprocessFederatedIdentity(
            KeycloakSession session,
            RealmModel realm,
            IdentityProviderMapperModel mapper,
            BrokeredIdentityContext context) {
        context.setSessionNote(NOTE, now());
    }

    /** Whoever comes for the first time goes through a flow that forgets the notes of before. */
    @Override
    public void importNewUser(
            KeycloakSession session,
            RealmModel realm,
            UserModel user,
            IdentityProviderMapperModel mapper,
            BrokeredIdentityContext context) {
        note(session, context);
    }

    @Override
    public void updateBrokeredUser(
            KeycloakSession session,
            RealmModel realm,
            UserModel user,
            IdentityProviderMapperModel mapper,
            BrokeredIdentityContext context) {
        note(session, context);
    }

    private static void note(KeycloakSession session, BrokeredIdentityContext context) {
        context.setSessionNote(NOTE, now());
        session.getContext().getAuthenticationSession().setUserSessionNote(NOTE, now());
    }

    private static String now() {
        return String.valueOf(Instant.now().getEpochSecond());
    }
}
