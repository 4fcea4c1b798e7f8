# Returns the code blocks of a page. Section and Title are the headings above a block (## and ###), and Output is the output
# that the page shows for it. A comment before a block specifies how a test runs it:
#   <!-- test: skip, REASON -->     doesn't run it
#   <!-- test: typed -->            runs it in a host that types the input that the output shows for Enter-CohereChat
#   <!-- test: answered {JSON} -->  uses a server with this response, for features that the emulator doesn't have
function Get-MarkdownCode([string] $Path) {
    $section = $title = $lines = $how = $block = $null
    foreach ($line in Get-Content -LiteralPath $Path -Encoding utf8) {
        if ($null -ne $lines) {
            if ($line -notmatch '^```\s*$') {
                $lines += $line
                continue
            }

            if ($isOutput) {
                if ($block) {
                    $block.Output = $lines -join "`n"
                }
            }
            else {
                if ($block) {
                    $block
                }

                $block = [pscustomobject] @{
                    Section = $section
                    Title = $title
                    Code = $lines -join "`n"
                    Output = ''
                    Skip = if ($how -like 'skip,*') { $how.Substring(5).Trim() }
                    IsTyped = $how -eq 'typed'
                    Answer = if ($how -like 'answered *') { $how.Substring(9) }
                }
                $how = $null
            }

            $lines = $null
        }
        elseif ($line -match '^##\s+(.+?)\s*$') {
            $section = $Matches[1]
            $title = $null
        }
        elseif ($line -match '^###\s+(.+?)\s*$') {
            $title = $Matches[1]
        }
        elseif ($line -match '^<!--\s*test:\s*(.+?)\s*-->') {
            $how = $Matches[1]
        }
        elseif ($line -match '^```(powershell|output)\s*$') {
            $lines = @()
            $isOutput = $Matches[1] -eq 'output'
        }
    }

    $block
}

# Creates a PowerShell for the code of a page, in a folder with the files that the code uses. Replaces commands that prompt or
# that exist only in the cloud.
function Get-ReaderShell {
    param([string] $Folder, [string] $Code, [string] $ConnectTo)

    foreach ($name in [regex]::Matches($Code, '[\w-]+\.(png|jpe?g|webp|gif|txt|md|log|wav|mp3|flac|ogg)\b').Value | Sort-Object -Unique) {
        $path = Join-Path $Folder $name
        if ($name -match '(txt|md|log)$') {
            Set-Content -LiteralPath $path -Value 'Logs are kept for 90 days.', 'Backups are kept for a year.'
        }
        else {
            [System.IO.File]::WriteAllBytes($path, (Get-TestPng))
        }
    }

    $shell = Get-OtherPowerShell
    $null = $shell.AddScript('param($folder, $address)
        Set-Location -LiteralPath $folder
        # No one reads the output during the run, so it polls quickly.
        $PSDefaultParameterValues["*-Cohere*:PollingIntervalSec"] = 0.1
        function Read-Host { param($Prompt, [switch] $AsSecureString, [switch] $MaskInput) if ($AsSecureString) { [System.Net.NetworkCredential]::new("", "a-key-for-tests").SecurePassword } else { "a-key-for-tests" } }
        function Get-Credential { [pscredential]::new("cohere", [System.Net.NetworkCredential]::new("", "a-key-for-tests").SecurePassword) }
        # The vault. Connect-Cohere calls Get-Secret with its module name.
        New-Module -Name Microsoft.PowerShell.SecretManagement { function Get-Secret { Get-Credential | ForEach-Object Password } } | Import-Module
        function Get-AutomationConnection { @{ ApiKey = "a-key-for-tests" } }
        function Get-AutomationVariable { "a-key-for-tests" }
        function Get-AutomationPSCredential { Get-Credential }
        if ($address) { Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests }').AddArgument($Folder).AddArgument($ConnectTo).Invoke()
    $shell
}

# Runs code and returns what it shows on the screen.
function Invoke-ReaderCode($Shell, [string] $Code) {
    $Shell.Commands.Clear()
    # The columns of a table have the widths of what arrives within 0.3 s, so on a slow computer a table would look different.
    $null = $Shell.AddScript('
        function Format-Table { $all = @($input); if ($all) { $all | Microsoft.PowerShell.Utility\Format-Table @args } }
        function Out-Together { $all = @($input); $all | Out-String -Width 120 }').Invoke()
    $Shell.Commands.Clear()
    $null = $Shell.AddScript($Code).AddCommand('Out-Together')
    $running = $Shell.BeginInvoke()
    if (-not $running.AsyncWaitHandle.WaitOne(120000)) {
        $Shell.Stop()
        throw 'The code didn''t end within 120 s.'
    }

    $Shell.EndInvoke($running) -join "`n"
}

function Get-ReaderProblem($Shell) {
    foreach ($problem in $Shell.Streams.Error) {
        "$problem`n$($problem.InvocationInfo.PositionMessage)"
    }
}

# Removes what Markdown or the screen adds to a text: formatting, fences, comments, targets of links to pages, and white space.
# The result is the same for a page and for the help that is compiled from it.
function Get-PlainText([string] $Text) {
    $isCode = $false
    $lines = foreach ($line in ($Text -replace '(?s)<!--.*?-->').Split("`n")) {
        if ($line -match '^\s*```') {
            $isCode = -not $isCode
        }
        elseif ($isCode) {
            $line
        }
        else {
            $line -replace '\[([^\]]+)\]\((https?://[^)]+)\)', '$1 ($2)' -replace '\[([^\]]+)\]\([^)]+\)', '$1'
        }
    }

    -join ($lines -replace '[\s`*\\\u0080]')
}

# Returns the sections of a page by heading: the text below "## HEADING", and the text below each "### Heading" in it by name.
function Get-PageSection([string] $Path) {
    $sections = [ordered] @{}
    $isCode = $false
    $name = $null
    foreach ($line in Get-Content -LiteralPath $Path -Encoding utf8) {
        if ($line -match '^\s*```') {
            $isCode = -not $isCode
        }

        if (-not $isCode -and $line -match '^(##|###)\s+(.+?)\s*$') {
            $name = if ($Matches[1] -eq '##') { $section = $Matches[2]; $section } else { "$section/$($Matches[2])" }
            $sections[$name] = ''
        }
        elseif ($name) {
            $sections[$name] += "$line`n"
        }
    }

    $sections
}
