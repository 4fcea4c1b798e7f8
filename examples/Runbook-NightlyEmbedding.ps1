<#
.SYNOPSIS
    Keeps the index of a folder up to date with an embed job. For Azure Automation, a scheduled task or a CI job.
.DESCRIPTION
    The script embeds new and changed documents of the folder with an embed job, and removes deleted ones from the index.
    Search-CohereIndex searches the index, and Search-Knowledge.ps1 answers questions from it.

    A run can end at any time, because it's killed or its time is over. The job then continues at Cohere. The next run, on
    any computer that has the folder of the index, continues with it, and nothing is uploaded or paid for twice. Let the
    scheduler start only one run at a time.

    The key comes from the encrypted variable CohereApiKey in Azure Automation, or from the environment variable CO_API_KEY.
.PARAMETER Path
    The folder. Its subfolders are included.
.PARAMETER IndexPath
    The .arrow file for the index.
.PARAMETER JobTimeoutSec
    The maximum time to wait for the job in seconds. The default is 2.5 hours, because Azure Automation stops a runbook after
    3 hours.
.PARAMETER Emulator
    Uses the emulator, which keeps its data in a folder beside the index.
.EXAMPLE
    ./examples/Runbook-NightlyEmbedding.ps1 -Path ./docs/guides -IndexPath ./guides.arrow -Emulator
.EXAMPLE
    pwsh -NonInteractive -File ./examples/Runbook-NightlyEmbedding.ps1 -Path C:\policies -IndexPath C:\policies.arrow
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [ValidateScript({ Test-Path -LiteralPath $_ -PathType Container })]
    [string] $Path,

    [Parameter(Mandatory)]
    [ValidatePattern('\.arrow$')]
    [string] $IndexPath,

    [ValidateRange(1, 86400)]
    [int] $JobTimeoutSec = 9000,

    [switch] $Emulator
)

# In a job, no one sees errors that don't end it.
$ErrorActionPreference = 'Stop'
if (-not (Get-Module CohereShell)) {
    # Imports the built module of this clone, or else the installed one, as in Azure Automation.
    $built = if ($PSScriptRoot) { Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell' }
    Import-Module $(if ($built -and (Test-Path $built)) { $built } else { 'CohereShell' })
}

if ($Emulator) {
    # The next process finds unfinished work in this folder.
    Connect-Cohere -Emulator -StatePath "$IndexPath.emulator"
    Write-Warning 'The emulator answers. It compares words, without understanding them.'
}
elseif (Get-Command Get-AutomationVariable -ErrorAction Ignore) {
    Connect-Cohere -ApiKey (Get-AutomationVariable -Name CohereApiKey)
}
elseif (-not (Get-CohereSession)) {
    throw 'There is no API key. Set CO_API_KEY, run Connect-Cohere first, or specify -Emulator.'
}

try {
    # A file that can't be read causes an error, and doesn't affect the others.
    Update-CohereIndex $IndexPath -Source $Path -Recurse -UseEmbedJob -JobTimeoutSec $JobTimeoutSec -ErrorAction Continue
}
finally {
    if ($Emulator) {
        Disconnect-Cohere
    }
}
