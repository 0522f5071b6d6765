<#-- In place of Keycloak's page, which shows people every attribute that they cannot change, by its technical name. -->
<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<@layout.registrationLayout displayMessage=messagesPerField.exists("global") displayRequiredFields=true; section>
  <#if section = "header">
    ${msg("loginProfileTitle")}
  <#elseif section = "form">
    <form id="kc-update-profile-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post" novalidate="novalidate">
      <#list profile.attributes as attribute>
        <#if !attribute.readOnly>
          <@field.input name=attribute.name label=advancedMsg(attribute.displayName!attribute.name) value=(attribute.value!"") required=attribute.required autocomplete={"firstName": "given-name", "lastName": "family-name"}[attribute.name]!"off" />
        </#if>
      </#list>
      <div class="${properties.kcFormActionGroupClass!}">
        <button type="submit" class="${properties.kcButtonPrimaryClass!}">${msg("doSubmit")}</button>
        <#if isAppInitiatedAction??>
          <button type="submit" name="cancel-aia" value="true" class="${properties.kcButtonSecondaryClass!}">${msg("doCancel")}</button>
        </#if>
      </div>
    </form>
  </#if>
</@layout.registrationLayout>
