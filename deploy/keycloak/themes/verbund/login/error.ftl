<#-- In place of Keycloak's page, which calls a password wrong that was right and not enough. -->
<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
  <#if section = "header">
    ${msg("errorTitle")}
  <#elseif section = "form">
    <div id="kc-error-message">
      <#-- A wrong password is said on the form itself: who comes here has no factor for the level that the portal asks for. -->
      <p class="instruction"><#if message.summary == msg("invalidUserMessage")>${msg("verbundNotEnough")}<#else>${kcSanitize(message.summary)?no_esc}</#if></p>
      <#if traceId??><p class="instruction" id="traceId">${msg("traceIdSupportMessage", traceId)}</p></#if>
    </div>
  </#if>
</@layout.registrationLayout>
