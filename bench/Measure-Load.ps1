<#
.SYNOPSIS
Runs many calls against a server that answers a fifth of them with a fault, and prints the results, the time and the memory.

.DESCRIPTION
The server is that of the unit tests: tests/Unit/Load. Its faults are broken and cut gzip, half bodies, resets, closed
connections, HTML, and status 500, 502 and 503. One request in a hundred always fails. The run fails if an input has no
output and no error, if it has two, or if the order is wrong.

.PARAMETER Factor
The multiple of 1,000 embeddings, 200 chats and 200 reranks.
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 1000)]
    [int] $Factor = 10
)

$ErrorActionPreference = 'Stop'
$env:LOAD_TEST = $Factor
try {
    & dotnet test (Join-Path $PSScriptRoot '../tests/Unit') -c Release --filter 'FullyQualifiedName~Load.LoadTests' --logger 'console;verbosity=detailed' |
        Where-Object { $_ -match 'answers, |requests, |error' } |
        ForEach-Object { $_.Trim() }
    exit $LASTEXITCODE
}
finally {
    Remove-Item Env:LOAD_TEST
}
