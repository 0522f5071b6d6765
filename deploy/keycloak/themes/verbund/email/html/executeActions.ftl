<#import "template.ftl" as layout>
<#assign of = (user.attributes.opened_for)!realmName>
<@layout.emailLayout>
<div style="max-width: 36rem; font-family: 'Fira Sans', 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif; font-size: 16px; line-height: 1.5; color: #171a2b">
<p style="font-size: 20px; font-weight: 600">${of}</p>
<p>${msg("verbundLinkWhy", of)}</p>
<p><a href="${link}" style="display: inline-block; padding: 10px 16px; border-radius: 4px; background: #171a2b; color: #ffffff">${msg("verbundLinkLabel")}</a></p>
<p>${msg("verbundLinkLife", linkExpirationFormatter(linkExpiration))}</p>
<p>${msg("verbundLinkNotYou")}</p>
</div>
</@layout.emailLayout>
