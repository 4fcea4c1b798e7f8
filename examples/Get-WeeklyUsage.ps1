# Writes the usage and cost of the last seven days, from the audit files of all sessions, to a CSV file, and shows them.
param([Parameter(Mandatory)] [string[]] $AuditPath, [Parameter(Mandatory)] [string] $OutFile)

$usage = Get-CohereUsage -AuditPath $AuditPath -Since (Get-Date).AddDays(-7) -GroupBy Day, Model, ClientName -Total
$usage | Select-Object Day, Model, ClientName, Group, Calls, FailedCalls, BilledInputTokens, BilledOutputTokens, Cost, UnpricedCalls | Export-Csv -LiteralPath $OutFile -NoTypeInformation
$usage
