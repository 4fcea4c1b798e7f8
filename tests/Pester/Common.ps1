# Shared code of the test files. Dot-source it in BeforeAll. It imports the built module, and makes the tests independent of
# keys and addresses in the environment.

$script:RepositoryRoot = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
$script:Manifest = [System.IO.Path]::Combine($RepositoryRoot, 'out', 'CohereShell', 'CohereShell.psd1')
# Keys and addresses of the module, and proxies, which some systems use even for loopback addresses.
# The last one is the folder of saved chats on Linux and macOS: tests must not remove those of the user.
$script:EnvironmentNames = 'CO_API_KEY', 'COHERE_API_KEY', 'CO_API_URL', 'http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'XDG_STATE_HOME'

. ([System.IO.Path]::Combine($RepositoryRoot, 'tools', 'PowerShell.ps1'))

if (-not (Test-Path -LiteralPath $Manifest)) {
    throw "The built module '$Manifest' doesn't exist. Run ./build.ps1 build first."
}

if (-not ('CohereShellTests.TestServer' -as [type])) {
    Add-Type -TypeDefinition (Get-Content -LiteralPath (Join-Path $PSScriptRoot 'TestServer.cs') -Raw)
}

Import-Module ([WildcardPattern]::Escape($Manifest))

# Sets environment variables of this process. $null removes a variable. PowerShell passes '' instead of $null to
# [Environment]::SetEnvironmentVariable, and .NET 9 and later accept that as a value.
function Set-EnvironmentVariable {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It is for the tests.')]
    param([Parameter(Mandatory)] [hashtable] $Value)
    foreach ($name in $Value.Keys) {
        Set-Item -LiteralPath "Env:$name" -Value $Value[$name]
    }
}

$script:SavedEnvironment = @{}
foreach ($name in $EnvironmentNames) {
    $script:SavedEnvironment[$name] = [Environment]::GetEnvironmentVariable($name)
    Set-EnvironmentVariable @{ $name = $null }
}

if ($TestDrive) {
    Set-EnvironmentVariable @{ XDG_STATE_HOME = Join-Path $TestDrive 'state' }
}

# Jobs of the emulator and of the test servers end immediately.
$PSDefaultParameterValues['*-Cohere*:PollingIntervalSec'] = 0.1

$script:OtherShells = [System.Collections.Generic.List[powershell]]::new()

# For AfterAll: restores the environment, disconnects, and stops the emulators.
function Restore-TestState {
    foreach ($shell in $OtherShells) {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }

    Set-EnvironmentVariable $SavedEnvironment

    $PSDefaultParameterValues.Remove('*-Cohere*:PollingIntervalSec')
    Disconnect-Cohere
    Stop-CohereEmulator -Confirm:$false
}

# Starts a server that records requests and echoes them.
function Open-TestServer {
    [CohereShellTests.TestServer]::new()
}

# Returns the bodies that a server received, as hashtables.
function Get-SentBody {
    param([Parameter(Mandatory)] $Server)
    foreach ($request in $Server.Requests) {
        ConvertFrom-Json -InputObject $request.Body -AsHashtable
    }
}

# Returns the first error of a command, terminating or not. The command runs to its end, so the test also sees what happens
# after a non-terminating error.
function Get-ErrorOf {
    param([Parameter(Mandatory)] [scriptblock] $Command)
    $caught = $null
    try {
        & $Command 2>&1 | ForEach-Object {
            if ($null -eq $caught -and $_ -is [System.Management.Automation.ErrorRecord]) {
                $caught = $_
            }
        }
    }
    catch {
        if ($null -eq $caught) {
            $caught = $_
        }
    }

    if ($null -eq $caught) {
        throw "The command caused no error: $Command"
    }

    $caught
}

# Waits until a condition is true.
function Wait-Condition {
    param([Parameter(Mandatory)] [scriptblock] $Condition, [int] $TimeoutSec = 60)
    $waited = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($waited.Elapsed.TotalSeconds -gt $TimeoutSec) {
            throw "The condition wasn't true within $TimeoutSec s: $Condition"
        }

        Start-Sleep -Milliseconds 20
    }
}

# Creates a PowerShell object with a separate runspace that has the module imported. Dispose it after use.
function Get-OtherPowerShell {
    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $runspace = [runspacefactory]::CreateRunspace($state)
    $runspace.Open()
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    $null = $shell.AddCommand('Import-Module').AddArgument($Manifest).Invoke()
    $shell.Commands.Clear()
    $shell
}

# Runs a script in another runspace, with a session to this address. Returns its progress records.
function Get-Progress {
    param([Parameter(Mandatory)] [string] $Address, [Parameter(Mandatory)] [string] $Script)
    $shell = Get-OtherPowerShell
    try {
        $null = $shell.AddScript("param(`$address) Connect-Cohere -BaseUri `$address -ApiKey a-key-for-tests -MaxRetryCount 2; $Script").AddArgument($Address).Invoke()
        $shell.Streams.Progress
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

# Stops a command like Ctrl+C while it waits for a response, and checks that its request ends.
function Assert-EndedByCtrlC {
    param([Parameter(Mandatory)] $Server, [Parameter(Mandatory)] [string] $Script, $Argument)
    $Server.Default = [CohereShellTests.Answer] @{ Hang = $true }
    $shell = Get-OtherPowerShell
    try {
        $null = $shell.AddScript("param(`$address, `$argument) Connect-Cohere -BaseUri `$address -ApiKey a-key-for-tests; $Script").
            AddArgument($Server.BaseUri).AddArgument($Argument).BeginInvoke()
        Wait-Condition { $Server.Requests.Count -eq 1 }
        $shell.Stop()
        Wait-Condition { $Server.LastRequest.ClosedAt }
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

# Runs a script in a separate runspace with the module, and returns its output. Writes its errors again.
function Invoke-InOtherRunspace {
    param([Parameter(Mandatory)] [string] $Script, [object[]] $ArgumentList = @())
    $shell = Get-OtherPowerShell
    try {
        $null = $shell.AddScript($Script)
        foreach ($argument in $ArgumentList) {
            $null = $shell.AddArgument($argument)
        }

        $shell.Invoke()
        $shell.Streams.Error | ForEach-Object { Write-Error -ErrorRecord $_ }
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

# Runs a script in a new PowerShell process without any imported module. Returns its output as lines, including errors.
# The environment variables apply only to that process. $null removes a variable.
function Invoke-InOtherProcess {
    param([Parameter(Mandatory)] [string] $Script, [hashtable] $Environment = @{})
    $whole = "`$ErrorActionPreference = 'Stop'; `$Manifest = '$($Manifest.Replace("'", "''"))'; $Script"
    $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($whole))
    $before = @{}
    foreach ($name in $Environment.Keys) {
        $before[$name] = [System.Environment]::GetEnvironmentVariable($name)
    }

    try {
        Set-EnvironmentVariable $Environment
        Invoke-PowerShell -NonInteractive -OutputFormat Text -EncodedCommand $encoded 2>&1 | ForEach-Object { "$_" }
    }
    finally {
        Set-EnvironmentVariable $before
    }
}

# Returns the command that starts PowerShell in a terminal, escaped for a shell.
function Get-PowerShellCommandLine {
    $powershell = Get-PowerShellProgram
    @(@($powershell.FilePath) + $powershell.ArgumentList | ForEach-Object { "'$_'" }) -join ' '
}

# Runs a script in another process, in a host like that of an editor, which types these lines. Returns what the host shows.
function Invoke-InTestHost {
    param([Parameter(Mandatory)] [string] $Script, [Parameter(Mandatory)] [AllowEmptyString()] [string[]] $Line)
    $file = Join-Path $TestDrive "host-$([guid]::NewGuid()).ps1"
    $typed = @($Line | ForEach-Object { "'$($_.Replace("'", "''"))'" }) -join ', '
    Set-Content -LiteralPath $file -Encoding utf8 -Value "Add-Type -TypeDefinition (Get-Content -LiteralPath '$PSScriptRoot/TestHost.cs' -Raw)
        `$editor = [CohereShellTests.TestHost]::new($typed)
        `$shell = [powershell]::Create()
        `$shell.Runspace = [runspacefactory]::CreateRunspace(`$editor)
        `$shell.Runspace.Open()
        `$null = `$shell.AddScript({ Import-Module '$Manifest'; $Script }).Invoke()
        `$shell.Streams.Error
        `$editor.Screen"

    # Without -NonInteractive, which would prevent answers.
    Invoke-PowerShell -File $file | Out-String
}

# Creates a SecureString, like a vault or Read-Host.
function ConvertTo-TestSecret {
    param([Parameter(Mandatory)] [string] $Text)
    [System.Net.NetworkCredential]::new('', $Text).SecurePassword
}

# Returns an image of one pixel.
function Get-TestPng {
    , [Convert]::FromBase64String('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==')
}

# Returns the Tab completions at the end of a line.
function Get-TabCompletion {
    param([Parameter(Mandatory)] [string] $Line)
    (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches
}

# Returns a chat response with this text.
function ConvertTo-ChatAnswer {
    param([AllowEmptyString()] [string] $Text, [string] $FinishReason = 'COMPLETE', [hashtable] $Message = @{})
    $content = @{ role = 'assistant'; content = @(@{ type = 'text'; text = $Text }) } + $Message
    [CohereShellTests.Answer] @{
        Body = ConvertTo-Json -Depth 9 -InputObject @{
            id = 'answer-1'
            finish_reason = $FinishReason
            message = $content
            usage = @{ billed_units = @{ input_tokens = 3; output_tokens = 2 }; tokens = @{ input_tokens = 10; output_tokens = 5 } }
        }
    }
}

# Returns a streamed chat response with an event for each piece. The last event has the finish reason. The first piece is the
# third event.
function ConvertTo-StreamAnswer {
    param([Parameter(Mandatory)] [string[]] $Piece, [int] $EventDelayMs, [hashtable] $End = @{ finish_reason = 'COMPLETE' }, [switch] $Cut, [int] $EventsAllowed = [int]::MaxValue)
    $events = @(
        '{"type":"message-start","id":"answer-1","delta":{"message":{"role":"assistant"}}}'
        '{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}'
        foreach ($text in $Piece) {
            ConvertTo-Json -Compress -Depth 9 -InputObject @{ type = 'content-delta'; index = 0; delta = @{ message = @{ content = @{ text = $text } } } }
        }

        if (-not $Cut) {
            '{"type":"content-end","index":0}'
            ConvertTo-Json -Compress -Depth 9 -InputObject @{ type = 'message-end'; id = 'answer-1'; delta = $End }
        }
    )
    [CohereShellTests.Answer] @{ Events = $events; EventDelayMs = $EventDelayMs; Cut = $Cut; EventsAllowed = $EventsAllowed }
}

# Returns a session that isn't the default of this runspace. It's connected in another runspace, which stays open until the end.
function Connect-CohereElsewhere {
    param([Parameter(Mandatory)] [uri] $BaseUri, [hashtable] $With = @{})
    $shell = Get-OtherPowerShell
    $script:OtherShells.Add($shell)
    $parameters = @{ BaseUri = $BaseUri; ApiKey = 'a-key-for-tests'; PassThru = $true }
    foreach ($name in $With.Keys) {
        $parameters[$name] = $With[$name]
    }

    $null = $shell.AddCommand('Connect-Cohere').AddParameters($parameters)
    $shell.Invoke()[0].PSObject.BaseObject
}

# The texts in an index, in order.
function Get-IndexedText([string] $Path = $index) {
    @(Import-CohereEmbedding -LiteralPath $Path | ForEach-Object { $_.Text.Trim() } | Sort-Object)
}
