# The code of a page, block by block, as a reader sees it. Section and Title are the headings above it (## and ###), Output is
# what the page says it prints. A comment before a block says how a test runs it:
#   <!-- test: skip, REASON -->     not at all
#   <!-- test: typed -->            in a host that types what the output shows after the prompt of Enter-CohereChat
#   <!-- test: answered {JSON} -->  against a server that answers with this: for what the emulator doesn't have
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

# A PowerShell for the code of a page: in a folder with the files that it speaks of, and with stand-ins for what asks somebody
# or is only there in the cloud.
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
        # Nobody reads along.
        $PSDefaultParameterValues["*-Cohere*:PollingIntervalSec"] = 0.1
        function Read-Host { param($Prompt, [switch] $AsSecureString, [switch] $MaskInput) if ($AsSecureString) { [System.Net.NetworkCredential]::new("", "a-key-for-tests").SecurePassword } else { "a-key-for-tests" } }
        function Get-Credential { [pscredential]::new("cohere", [System.Net.NetworkCredential]::new("", "a-key-for-tests").SecurePassword) }
        # The vault: Connect-Cohere calls Get-Secret by the name of its module.
        New-Module -Name Microsoft.PowerShell.SecretManagement { function Get-Secret { Get-Credential | ForEach-Object Password } } | Import-Module
        function Get-AutomationConnection { @{ ApiKey = "a-key-for-tests" } }
        function Get-AutomationVariable { "a-key-for-tests" }
        function Get-AutomationPSCredential { Get-Credential }
        if ($address) { Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests }').AddArgument($Folder).AddArgument($ConnectTo).Invoke()
    $shell
}

# What code shows on the screen.
function Invoke-ReaderCode($Shell, [string] $Code) {
    $Shell.Commands.Clear()
    $null = $Shell.AddScript($Code).AddCommand('Out-String').AddParameter('Width', 120)
    $running = $Shell.BeginInvoke()
    if (-not $running.AsyncWaitHandle.WaitOne(30000)) {
        $Shell.Stop()
        throw 'The code does not end.'
    }

    $Shell.EndInvoke($running) -join "`n"
}

function Get-ReaderProblem($Shell) {
    foreach ($problem in $Shell.Streams.Error) {
        "$problem`n$($problem.InvocationInfo.PositionMessage)"
    }
}

# A text without what Markdown and the screen add to it: marks, fences, comments, the targets of links to other pages, and all
# white space. What is left of a page and of the help that was made from it is the same.
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

# The sections of a page by their heading: the text below "## HEADING", and that below each "### Heading" in it by name.
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
