package de.verbund.keycloak;

import java.util.List;

import org.keycloak.broker.provider.AbstractIdentityProviderMapper;
import org.keycloak.broker.provider.BrokeredIdentityContext;
import org.keycloak.models.IdentityProviderMapperModel;
import org.keycloak.models.IdentityProviderSyncMode;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderConfigProperty;

/**
 * Keeps an identity provider from saying which e-mail address is an account's own. Keycloak takes the claim "email" for
 * that, whatever other mappers do: whoever runs a directory could lay an account under somebody else's address, and wait
 * until the owner asks for a new password to it. What a provider tells stays with attributes that nobody is found by.
 */
public final class NoAddressOfOthers extends AbstractIdentityProviderMapper {

    private static final String ID = "verbund-no-address-of-others";

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
        return "Preprocessor";
    }

    @Override
    public String getDisplayType() {
        return "No address of others";
    }

    @Override
    public String getHelpText() {
        return "What the provider tells as an e-mail address does not become the account's own.";
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
        context.setEmail(null);
    }
}
