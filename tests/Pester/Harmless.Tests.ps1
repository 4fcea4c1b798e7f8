#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# What a server, a model or a file wrote must not act: not on the screen, and not in a command that is completed or pasted.

BeforeDiscovery {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'CohereShell', 'CohereShell.psd1'))
    # Every public type of objects that has a property. Requests, options and clients are never output.
    $assemblies = [CohereShell.CohereSession].Assembly, [CohereShell.CommandTool].Assembly
    $script:types = $assemblies.GetExportedTypes() | Where-Object {
        $_.Namespace -eq 'CohereShell' -and $_.IsClass -and -not $_.IsAbstract -and -not $_.IsGenericType -and
        $_.BaseType.Name -notlike 'ReadOnlyCollection*' -and
        -not $_.IsSubclassOf([Exception]) -and -not $_.IsSubclassOf([Attribute]) -and -not $_.IsSubclassOf([Delegate]) -and
        -not [System.Management.Automation.Cmdlet].IsAssignableFrom($_) -and -not [System.Management.Automation.IArgumentCompleter].IsAssignableFrom($_) -and
        $_.Name -notmatch '(Client|Request|Options|Completer|Attribute|Reader|Response|Reply|Lifetime|Call|Filter|Format)$|^Embed(Content|Input|ImageUrl)$|^ParseImage$|^RerankScore$|^UploadProgress$' -or
        $_.Name -in 'ChatResponse', 'ToolCall' -and $_.Namespace -eq 'CohereShell'
    } | ForEach-Object { @{ Type = $_; Name = $_.Name } }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:rendering = if ($PSStyle) { $PSStyle.OutputRendering }
    if ($PSStyle) {
        $PSStyle.OutputRendering = 'PlainText'
    }

    # An escape sequence, C1, a carriage return, and characters that change the direction of the text.
    $script:hostile = "a$([char]27)]0;title$([char]7)b$([char]0x9b)2Jc$([char]0x202e)d$([char]0x2066)e$([char]0x200f)f$([char]0x061c)g$([char]13)h$([char]0x2028)i"
    $script:harmful = '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\r(?!\n)'
    $script:all = [System.Reflection.BindingFlags] 'Instance, Public, NonPublic, DeclaredOnly'

    # An object whose texts are all hostile. Values are set in its fields, because most types have no public setters.
    function New-HostileObject {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It is for the tests.')]
        param([Parameter(Mandatory)] [type] $Type, [int] $Depth = 0)
        $made = [System.Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($Type)
        for ($level = $Type; $level -and $level -ne [object]; $level = $level.BaseType) {
            foreach ($field in $level.GetFields($all)) {
                $value = New-HostileValue $field.FieldType $Depth
                if ($null -ne $value) {
                    $field.SetValue($made, $value)
                }
            }
        }

        $made
    }

    function New-HostileValue {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It is for the tests.')]
        param([Parameter(Mandatory)] [type] $Type, [int] $Depth)
        $item = if ($Type.IsGenericType -and $Type.Name -like 'IReadOnlyList*') { $Type.GetGenericArguments()[0] } elseif ($Type.IsArray) { $Type.GetElementType() }
        if ($Type -eq [string] -or $Type -eq [object]) {
            $hostile
        }
        elseif ($Type -eq [uri]) {
            [uri] 'https://example.com/'
        }
        elseif ($Type -eq [System.Text.Json.JsonElement]) {
            [System.Text.Json.JsonDocument]::Parse((ConvertTo-Json @{ id = $hostile; text = $hostile; properties = @{ $hostile = @{ type = $hostile } } } -Depth 5)).RootElement
        }
        elseif ($Type -eq [System.Collections.IDictionary]) {
            @{ $hostile = $hostile }
        }
        elseif ($Type -eq [System.Collections.Specialized.OrderedDictionary]) {
            [ordered] @{ $hostile = $hostile }
        }
        elseif ($item -and $Depth -lt 3) {
            $list = [array]::CreateInstance($item, 1)
            $value = New-HostileValue $item ($Depth + 1)
            if ($null -ne $value) {
                $list.SetValue($value, 0)
                , $list
            }
        }
        elseif ($Type.BaseType.Name -like 'ReadOnlyCollection*' -and $Depth -lt 3) {
            $content = [array]::CreateInstance($Type.BaseType.GetGenericArguments()[0], 1)
            $content.SetValue((New-HostileObject $content.GetType().GetElementType() ($Depth + 1)), 0)
            , [Activator]::CreateInstance($Type, $all, $null, [object[]] (, $content), $null)
        }
        elseif ($Type.IsClass -and $Type.Namespace -eq 'CohereShell' -and -not $Type.IsAbstract -and $Depth -lt 3) {
            New-HostileObject $Type ($Depth + 1)
        }
    }
}

AfterAll {
    if ($PSStyle) {
        $PSStyle.OutputRendering = $rendering
    }

    Restore-TestState
}

Describe 'The views of <Name>' -ForEach $types {
    BeforeAll { $script:object = New-HostileObject $Type }

    It 'show no control characters: <How>' -ForEach @(
        @{ How = 'the default'; Show = { $object } }
        @{ How = 'Format-List'; Show = { $object | Format-List } }
        @{ How = 'Format-Table'; Show = { $object | Format-Table } }
        @{ How = 'Format-Wide'; Show = { $object | Format-Wide } }
        @{ How = 'after an object of another type'; Show = { [pscustomobject] @{ First = 1 }; $object } }
    ) {
        $shown = & $Show | Out-String -Width 200
        if ($How -ne 'Format-Wide' -and $Name -ne 'ChatResponse') {
            $shown.Trim() | Should -Not -BeNullOrEmpty
        }

        [regex]::Matches($shown, $harmful) | ForEach-Object { '{0:x4}' -f [int] $_.Value[0] } | Should -BeNullOrEmpty
    }
}

Describe 'A server that writes control characters' {
    BeforeAll {
        $script:server = Open-TestServer
        # A header can't contain line breaks, and .NET reads it as Latin-1.
        $script:header = "warn$([char]27)[31m$([char]0x9b)x"
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
    }

    BeforeEach { $server.Reset() }

    AfterAll { $server.Dispose() }

    It 'does not reach the screen in an error: <View>' -ForEach @(@{ View = 'ConciseView' }, @{ View = 'NormalView' }, @{ View = 'CategoryView' }, @{ View = 'DetailedView' }) {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = (ConvertTo-Json @{ message = $hostile; id = $hostile; error_type = $hostile }); Headers = @{ 'X-Request-Id' = $header } })
        $caught = Get-ErrorOf { Get-CohereModel -Name "x" }

        $ErrorView = $View
        $shown = ($caught | Out-String -Width 500) + $caught.Exception.Message + $caught.Exception.ErrorId + $caught.Exception.ErrorType + $caught.Exception.RequestId + $caught.ErrorDetails.Message
        $shown | Should -BeLike '*status 400*'
        $shown | Should -Not -Match $harmful
    }

    It 'does not reach the screen in the address of a redirect' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 302; Headers = @{ Location = "https://example.com/$header" } })
        $caught = Get-ErrorOf { Get-CohereModel -Name x }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.Redirected,*'
        ($caught | Out-String) + $caught.Exception.Message | Should -Not -Match $harmful
    }

    It 'does not reach the screen in X-API-Warning, also with -Verbose' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[]}'; Headers = @{ 'X-API-Warning' = $header; 'X-Request-Id' = $header } })
        $streams = Get-CohereModel -Verbose 3>&1 4>&1
        "$($streams.Message)" | Should -BeLike '*returned a warning*'
        "$($streams.Message)" | Should -Not -Match $harmful
    }
}

Describe 'A name from a server in a command' {
    BeforeAll {
        $script:server = Open-TestServer
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        $script:names = @(
            "a'b", "a`"b", "a``b", "x'; Set-Content pwned 1; '", 'a;b', 'a$(Set-Content pwned 1)b', '$env:PATH', '@(1)', '{1}', '-Session', '123', '1e3', '0x1f', '1.5', '1kb', 'a b', 'a,b', 'a|b', 'a#b', '#b', '&', '%', '?', '<', '>', '!x', '~'
            "a`nb; Set-Content pwned 1", "a`r`nb", "a`tb", "a$([char]27)[31mb", "a$([char]0)b", "a$([char]0x202e)b", "$([char]0x9b)2J", "a`"`n`$(Set-Content pwned 1)``"
            0x2018..0x201f | ForEach-Object { "a$([char] $_); Set-Content pwned 1; $([char] $_)" }
            "a$([char]0x2014)b", "$([char]0x2013)Name", 'a[b', 'modèle', '日本'
        )
        $server.Reset()
    }

    AfterAll { $server.Dispose() }

    It 'is completed as one text: <_>' -ForEach (0..47) {
        if ($_ -ge $names.Count) {
            return
        }

        $name = $names[$_]
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        $server.Enqueue([CohereShellTests.Answer] @{ Body = (ConvertTo-Json -Depth 5 @{ models = @(@{ name = $name; endpoints = @('chat') }) }) })
        $line = 'Invoke-CohereChat q -Model '
        $completion = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)
        $completion.CompletionMatches | Should -HaveCount 1
        $match = $completion.CompletionMatches[0]
        $match.ListItemText | Should -Not -Match "$harmful|[\r\n\t]"
        $match.ToolTip | Should -Not -Match "$harmful|[\r\n\t]"
        $match.CompletionText | Should -Not -Match "$harmful|[\r\n\t]"

        $errors = $null
        $completed = $line + $match.CompletionText
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($completed, [ref] $null, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        $statement = @($ast.EndBlock.Statements)
        $statement | Should -HaveCount 1
        $elements = @($statement[0].PipelineElements)
        $elements | Should -HaveCount 1
        $elements[0].CommandElements | Should -HaveCount 4
        $elements[0].Redirections | Should -BeNullOrEmpty
        $elements[0].CommandElements[3] | Should -BeOfType ([System.Management.Automation.Language.StringConstantExpressionAst])
        $elements[0].CommandElements[3].Value | Should -BeExactly $name
    }

    It 'is one text in the command that an error recommends' {
        $id = "id$([char]0x2019); Set-Content pwned 1; $([char]0x2018)"
        $server.Enqueue([CohereShellTests.Answer] @{ Body = (ConvertTo-Json @{ job_id = $id; status = 'processing'; name = 'n'; created_at = '2026-01-01T00:00:00Z'; input_dataset_id = 'd'; model = 'm'; truncate = 'END' }) })
        $caught = Get-ErrorOf { Receive-CohereEmbedJob -JobId j }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.JobNotDone,*'
        $command = $caught.ErrorDetails.RecommendedAction -replace '^Wait for it: '
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($command, [ref] $null, [ref] $null)
        @($ast.EndBlock.Statements) | Should -HaveCount 1
        $ast.EndBlock.Statements[0].PipelineElements[0].CommandElements[2].Value | Should -BeExactly $id
    }
}
